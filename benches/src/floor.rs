//! The floor of a pass: what one core must do at the least to select from cached columns, nothing remembered.
//!
//! Bitmaps are ANDed, resource scores rescaled over the feasible, and sum and top-k fused. Names, conditions, groups,
//! reasons and errors are what the engine adds to it.

use testkit::{
    fleet::Shape,
    scheduler_core::{
        Effect, Placement, Symbol, Taint, Want,
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
    all: bool,
    feasible: Bits,
    united: Bits,
    nobody: Bits,
    cpu: Rescaled,
    memory: Rescaled,
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
    /// CPU twice, memory, Balance, three times the add-on score: columns that are kept while the extremes stand.
    Kept,
}

impl From<Shape> for Kind {
    fn from(shape: Shape) -> Kind {
        match shape {
            Shape::F => Kind::Resources,
            Shape::G => Kind::AddOn,
            Shape::U => Kind::Upstream,
            Shape::H => Kind::Kept,
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
        for (row, taints) in columns.taints.iter().enumerate() {
            if !barred(taints, tolerations) {
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
            all: placement.want == Ok(Want::All),
            feasible: empty(),
            united: empty(),
            nobody: empty(),
            cpu: Rescaled::new(rows),
            memory: Rescaled::new(rows),
            top: Top::new(k),
        }
    }

    /// Whether everybody feasible is selected.
    pub fn takes_all(&self) -> bool {
        self.all
    }

    /// One pass, best first.
    pub fn pass(&mut self) -> &[Ranked] {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("lzcnt") {
            #[expect(unsafe_code, reason = "a floor without the vectors that every server has would be too high")]
            // SAFETY: the processor has the instructions that the function is compiled to, as was asked just now.
            return unsafe { self.pass_avx2() };
        }
        self.pass_anywhere()
    }

    /// A pass that selects everybody needs no sums: it writes the names.
    pub fn everybody(&mut self, names: &mut Vec<&'c Symbol>) {
        self.filter();
        names.clear();
        for (word, mask) in self.feasible.iter().enumerate() {
            names.extend(Ones(*mask).map(|bit| &self.columns.names[word * 64 + bit]));
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,lzcnt")]
    fn pass_avx2(&mut self) -> &[Ranked] {
        self.pass_anywhere()
    }

    /// Inlined with all it calls, so that each caller compiles it for the instructions it may use.
    #[inline(always)]
    fn pass_anywhere(&mut self) -> &[Ranked] {
        self.filter();
        let Floor { columns, feasible, nobody, cpu, memory, top, .. } = self;
        let Columns { balance, demo, .. } = columns;
        let own = nobody.as_slice();
        match self.kind {
            Kind::Plain => top.of(feasible, [balance], [1], own, 100),
            Kind::AddOn => top.of(feasible, [balance, demo], [1, 1], own, 100),
            Kind::Upstream => {
                cpu.rescale(&columns.cpu, feasible);
                top.of(feasible, [demo, &cpu.scores, balance], [1, 1, 1], own, 0)
            }
            Kind::Resources => {
                cpu.rescale(&columns.cpu, feasible);
                memory.rescale(&columns.memory, feasible);
                top.of(feasible, [balance, &cpu.scores, &memory.scores], [1, 1, 1], own, 100)
            }
            Kind::Kept => {
                cpu.keep(&columns.cpu, feasible);
                memory.keep(&columns.memory, feasible);
                top.of(feasible, [&cpu.scores, &memory.scores, balance, demo], [2, 1, 1, 3], own, 300)
            }
        }
    }

    #[inline(always)]
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
fn barred(taints: &[Taint], tolerations: &[Toleration]) -> bool {
    taints.iter().any(|taint| {
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

/// Scores of one resource, and the extremes they were scaled between.
struct Rescaled {
    scores: Vec<i16>,
    between: Option<(f64, f64)>,
}

impl Rescaled {
    fn new(rows: usize) -> Rescaled {
        Rescaled { scores: vec![0; rows], between: None }
    }

    /// PRIO-52 for every row of a word that holds a feasible one.
    #[inline(always)]
    fn rescale(&mut self, resource: &Resource, feasible: &[u64]) {
        let Some((min, max)) = resource.extremes(feasible) else { return };
        let span = max - min;
        for (word, &mask) in feasible.iter().enumerate() {
            if mask == 0 {
                continue;
            }
            let rows = word * 64..word * 64 + 64;
            let mut scores = [if span == 0.0 { 100.0 } else { 0.0 }; 64];
            if span != 0.0 {
                for (score, value) in scores.iter_mut().zip(&resource.values[rows.clone()]) {
                    *score = (((value - min) / span - 0.5) * 2.0 * 100.0).trunc();
                }
            }
            for (to, score) in self.scores[rows].iter_mut().zip(&scores) {
                *to = whole(*score);
            }
        }
    }

    /// The same, where what is kept was scaled between other extremes.
    #[inline(always)]
    fn keep(&mut self, resource: &Resource, feasible: &[u64]) {
        let between = resource.extremes(feasible);
        if between != self.between {
            self.rescale(resource, feasible);
            self.between = between;
        }
    }
}

/// A whole number within ±2^15, without leaving the vector unit: adding this leaves it in the low bits.
#[inline(always)]
fn whole(value: f64) -> i16 {
    const MOVER: f64 = 6_755_399_441_055_744.0; // 1.5 × 2^52
    (value + MOVER).to_bits() as i16
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn whole_numbers_are_what_a_cast_makes_of_them() {
        for value in [-100.0, -99.0, -1.0, -0.0, 0.0, 1.0, 37.0, 100.0, 32_767.0, -32_768.0] {
            assert_eq!(whole(value), value as i16, "{value}");
        }
    }
}
