//! The floor of a pass: what one core must do at the least to select from cached columns, nothing remembered.
//!
//! Bitmaps are ANDed, resource scores rescaled over the feasible, and sum and top-k fused. Names, conditions, groups,
//! reasons and errors are what the engine adds to it.

use testkit::{
    fleet::Shape,
    scheduler_core::{
        Cluster, Effect, Placement, Symbol, Want,
        placement::{Operator, Requirement, Toleration, TolerationOperator},
    },
};

use crate::{
    columns::{Bits, Columns, Resource, set},
    top::{Ones, Ranked, Top},
};

/// One placement compiled for the floor.
pub struct Floor<'c> {
    columns: &'c Columns,
    any_of: Vec<Vec<&'c Bits>>,
    none_of: Vec<&'c Bits>,
    untainted: Bits,
    kind: Kind,
    feasible: Bits,
    united: Bits,
    nobody: Bits,
    scratch: [Vec<i16>; 2],
    top: Top,
}

/// Which columns are summed. Steady is a bitmap and always there but in `Exact`; the shapes own nothing yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Balance alone.
    Plain,
    /// Balance, CPU and memory.
    Resources,
    /// Balance and the add-on score.
    AddOn,
    /// Add-on score, CPU and Balance.
    Upstream,
}

impl From<Shape> for Kind {
    fn from(shape: Shape) -> Kind {
        match shape {
            Shape::F => Kind::Resources,
            Shape::G => Kind::AddOn,
            Shape::U => Kind::Upstream,
            _ => Kind::Plain,
        }
    }
}

impl<'c> Floor<'c> {
    /// Compiles `placement`, whose sections must be valid.
    pub fn new(columns: &'c Columns, placement: &Placement, kind: Kind) -> Floor<'c> {
        let (mut any_of, mut none_of) = (Vec::new(), Vec::new());
        for predicate in placement.predicates.as_ref().map(Vec::as_slice).unwrap_or_default() {
            for (postings, requirements) in [(&columns.labels, &predicate.labels), (&columns.claims, &predicate.claims)]
            {
                for Requirement { key, operator } in requirements {
                    let lists = |values: &[Symbol]| {
                        values
                            .iter()
                            .filter_map(|value| postings.get(&(key.clone(), value.clone())))
                            .collect::<Vec<_>>()
                    };
                    match operator {
                        Operator::In(values) => any_of.push(lists(values)),
                        Operator::NotIn(values) => none_of.extend(lists(values)),
                        Operator::Exists | Operator::DoesNotExist => {} // No shape asks.
                    }
                }
            }
        }
        let tolerations = placement.tolerations.as_ref().map(Vec::as_slice).unwrap_or_default();
        let mut untainted = vec![0; columns.words()];
        for (row, cluster) in columns.clusters.iter().enumerate() {
            if !barred(cluster, tolerations) {
                set(&mut untainted, row);
            }
        }
        let k = match placement.want {
            Ok(Want::AtMost(n)) => n as usize,
            _ => columns.names.len(),
        };
        let (words, rows) = (columns.words(), columns.balance.len());
        let empty = || vec![0; words];
        Floor {
            columns,
            any_of,
            none_of,
            untainted,
            kind,
            feasible: empty(),
            united: empty(),
            nobody: empty(),
            scratch: [vec![0; rows], vec![0; rows]],
            top: Top::new(k),
        }
    }

    /// One pass, best first.
    pub fn pass(&mut self) -> &[Ranked] {
        self.filter();
        let Floor { columns, feasible, nobody, scratch: [first, second], top, .. } = self;
        let own = nobody.as_slice();
        match self.kind {
            Kind::Plain => top.of(feasible, [&columns.balance], [1], own, 100),
            Kind::AddOn => top.of(feasible, [&columns.balance, &columns.demo], [1, 1], own, 100),
            Kind::Upstream => {
                rescale(&columns.cpu, feasible, first);
                top.of(feasible, [&columns.demo, first, &columns.balance], [1, 1, 1], own, 0)
            }
            Kind::Resources => {
                rescale(&columns.cpu, feasible, first);
                rescale(&columns.memory, feasible, second);
                top.of(feasible, [&columns.balance, first, second], [1, 1, 1], own, 100)
            }
        }
    }

    /// A pass that selects everybody needs no sums: it writes the names.
    pub fn everybody(&mut self, names: &mut Vec<&'c Symbol>) {
        self.filter();
        names.clear();
        for (word, mask) in self.feasible.iter().enumerate() {
            names.extend(Ones(*mask).map(|bit| &self.columns.names[word * 64 + bit]));
        }
    }

    fn filter(&mut self) {
        self.feasible.copy_from_slice(&self.untainted);
        for lists in &self.any_of {
            self.united.fill(0);
            for list in lists {
                self.united.iter_mut().zip(*list).for_each(|(to, from)| *to |= from);
            }
            self.feasible.iter_mut().zip(&self.united).for_each(|(to, from)| *to &= from);
        }
        for list in &self.none_of {
            self.feasible.iter_mut().zip(*list).for_each(|(to, from)| *to &= !from);
        }
    }
}

/// TAINT-3 to TAINT-7 for what the fleet holds: nothing is in decision yet, and no toleration ends.
fn barred(cluster: &Cluster, tolerations: &[Toleration]) -> bool {
    cluster.taints.iter().any(|taint| {
        let tolerated = tolerations.iter().any(|toleration| {
            let key = toleration.key.as_ref().is_none_or(|key| *key == taint.key);
            let effect = toleration.effect.as_ref().is_none_or(|effect| effect.as_str() == taint.effect.as_str());
            let value = match toleration.operator {
                TolerationOperator::Exists => true,
                TolerationOperator::Equal => toleration.value == taint.value,
                TolerationOperator::Unknown(_) => false,
            };
            key && effect && value
        });
        taint.effect != Effect::PreferNoSelect && !tolerated
    })
}

/// PRIO-52 for every row of a word that holds a feasible one.
fn rescale(resource: &Resource, feasible: &[u64], out: &mut [i16]) {
    let extreme = |mut rows: Box<dyn Iterator<Item = &u32> + '_>| {
        rows.find(|row| crate::columns::has(feasible, **row as usize)).map(|row| resource.values[*row as usize])
    };
    let (lowest, highest) =
        (extreme(Box::new(resource.ascending.iter())), extreme(Box::new(resource.ascending.iter().rev())));
    let (Some(min), Some(max)) = (lowest, highest) else { return };
    let span = max - min;
    for (word, &mask) in feasible.iter().enumerate() {
        if mask == 0 {
            continue;
        }
        let rows = word * 64..word * 64 + 64;
        for (score, value) in out[rows.clone()].iter_mut().zip(&resource.values[rows]) {
            *score = if span == 0.0 { 100 } else { truncated(((value - min) / span - 0.5) * 2.0 * 100.0) };
        }
    }
}

/// Truncates what lies within ±2^15 towards zero without leaving the vector unit: adding this number rounds to the
/// nearest integer and leaves it in the low bits.
fn truncated(value: f64) -> i16 {
    const ROUNDER: f64 = 6_755_399_441_055_744.0; // 1.5 × 2^52
    let nearest = (value + ROUNDER) - ROUNDER;
    let beyond = if nearest.abs() > value.abs() { 1.0_f64.copysign(value) } else { 0.0 };
    ((nearest - beyond) + ROUNDER).to_bits() as i16
}

#[cfg(test)]
mod tests {
    use super::truncated;

    #[test]
    fn truncation_is_what_a_cast_does() {
        for value in [-100.0, -99.999_999, -0.5, -0.0, 0.0, 0.4, 0.5, 0.999_999_9, 1.0, 1.5, 37.9, 100.0] {
            assert_eq!(truncated(value), value as i16, "{value}");
        }
    }
}
