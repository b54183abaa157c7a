//! What a guest may use up, and who refuses it more.

use std::fmt;

use wasmtime::ResourceLimiter;

/// The bounds of one plugin. The defaults suit guests in Rust and C; interpreters need more fuel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What one call may use up. The making of an instance is a call of no rows, and so is `init`.
    pub fuel: FuelBudget,
    /// Memory and tables of one instance together, in bytes. Default 64 MiB.
    pub memory_bytes: usize,
    /// How many ticks of 10 ms one call may last. Default 1,000, which is 10 s.
    ///
    /// Stands behind the fuel for what fuel counts too low. A guest that meets it is at fault, or its machine is; with
    /// fuel alone every machine says the same.
    pub backstop_ticks: u64,
}

/// How much fuel a call gets: about one unit an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FuelBudget {
    /// What every call gets. Default 20,000,000.
    pub base: u64,
    /// What it gets besides for each row. Default 5,000.
    pub per_row: u64,
}

impl FuelBudget {
    /// The budget of a call with so many rows.
    #[must_use]
    pub fn of(&self, rows: u32) -> u64 {
        self.base.saturating_add(self.per_row.saturating_mul(rows.into()))
    }
}

impl Default for FuelBudget {
    fn default() -> Self {
        FuelBudget { base: 20_000_000, per_row: 5_000 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits { fuel: FuelBudget::default(), memory_bytes: 64 << 20, backstop_ticks: 1_000 }
    }
}

/// How many core instances one component may consist of. Python's has 38.
const INSTANCES_MAX: usize = 80;
/// How many memories.
const MEMORIES_MAX: usize = 4;
/// How many tables: one for each instance, which is one more than any toolchain makes.
const TABLES_MAX: usize = INSTANCES_MAX;
/// What one element of a table takes.
const ELEMENT_BYTES: usize = size_of::<usize>();

/// Counts what one instance holds.
pub(crate) struct Meter {
    bytes: usize,
    bytes_max: usize,
}

/// An instance wanted more than it may hold.
#[derive(Debug)]
pub(crate) struct MemoryExceeded {
    wanted: usize,
    bytes_max: usize,
}

impl Meter {
    pub fn new(limits: &Limits) -> Self {
        Meter { bytes: 0, bytes_max: limits.memory_bytes }
    }

    /// What the instance holds now, which is the most it ever held: nothing shrinks.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds what something grows by. Beyond its own maximum it will not grow, whatever is said here.
    fn grow(&mut self, current: usize, desired: usize, maximum: Option<usize>, unit: usize) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(true);
        }
        let wanted = self.bytes.saturating_add(desired.saturating_sub(current).saturating_mul(unit));
        if wanted > self.bytes_max {
            return Err(MemoryExceeded { wanted, bytes_max: self.bytes_max }.into());
        }
        self.bytes = wanted;
        Ok(true)
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, maximum, 1)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, maximum, ELEMENT_BYTES)
    }

    fn instances(&self) -> usize {
        INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        TABLES_MAX
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX
    }
}

impl fmt::Display for MemoryExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wants {} bytes of memory and may have {}", self.wanted, self.bytes_max)
    }
}

impl std::error::Error for MemoryExceeded {}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(bytes_max: usize) -> Meter {
        Meter::new(&Limits { memory_bytes: bytes_max, ..Limits::default() })
    }

    #[test]
    fn memories_and_tables_share_one_bound() {
        let mut meter = meter(100);
        assert!(meter.memory_growing(0, 40, None).unwrap());
        assert!(meter.memory_growing(0, 20, None).unwrap());
        assert!(meter.table_growing(0, 5, None).unwrap());
        assert_eq!(meter.bytes(), 100);
        let refused = meter.table_growing(5, 6, None).unwrap_err();
        assert_eq!(refused.to_string(), "wants 108 bytes of memory and may have 100");
        assert_eq!(meter.bytes(), 100);
    }
    #[test]
    fn what_cannot_grow_anyway_is_not_counted() {
        let mut meter = meter(100);
        assert!(meter.memory_growing(10, 90, Some(50)).unwrap());
        assert_eq!(meter.bytes(), 0);
    }
    #[test]
    fn nothing_overflows() {
        assert!(meter(100).table_growing(0, usize::MAX, None).is_err());
        let budget = FuelBudget { base: u64::MAX - 1, per_row: u64::MAX };
        assert_eq!(budget.of(u32::MAX), u64::MAX);
    }
    #[test]
    fn the_budget_grows_with_the_rows() {
        assert_eq!(FuelBudget::default().of(0), 20_000_000);
        assert_eq!(FuelBudget::default().of(10_000), 70_000_000);
    }
}
