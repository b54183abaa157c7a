//! What the engine knows of some clusters, as a guest's plan wants to be given it.

use scheduler_core::{ClusterId, ClusterSet, Rows, Source as Column, Values};

use crate::batch::{self, Batch, NotOfThePlan};
use crate::plan::{Input, Plan, Source};

impl Plan {
    /// The columns that the engine has for it, in the order of its inputs; what is in no column is left out.
    #[must_use]
    pub fn sources(&self) -> Vec<Column> {
        self.inputs.iter().filter_map(|input| source(&input.source)).collect()
    }
}

/// Whether everything that a plan asks for is a fact of a cluster. Decisions are not: their changes wake nobody (Q15).
pub(crate) fn are_facts(plan: &Plan) -> bool {
    plan.inputs.iter().all(|input| !matches!(input.source, Source::Selected | Source::Decisions))
}

/// Whether a plan asks whom the placement's own decision holds.
pub(crate) fn reads_own(plan: &Plan) -> bool {
    plan.inputs.iter().any(|input| input.source == Source::Selected)
}

fn source(of: &Source) -> Option<Column> {
    Some(match of.clone() {
        Source::Name => Column::Name,
        Source::Label(key) => Column::Label(key),
        Source::Annotation(name) => Column::Annotation(name),
        Source::Claim(name) => Column::Claim(name),
        Source::Allocatable(resource) => Column::Allocatable(resource),
        Source::Capacity(resource) => Column::Capacity(resource),
        Source::AddOnScore(resource, score) => Column::Score(resource, score),
        Source::Taint(key) => Column::Taint(key),
        Source::Condition(kind) => Column::Condition(kind),
        Source::Decisions => Column::Decisions,
        Source::Selected => return None,
    })
}

/// The values of a plan's inputs for some clusters.
#[derive(Clone, Debug)]
pub struct Columns {
    rows: u32,
    values: Vec<Values>,
}

impl Columns {
    /// Fills a plan with what the engine gathered for its [`Plan::sources`]; `own` are the clusters of the placement's own decision.
    #[must_use]
    pub fn of(plan: &Plan, rows: &Rows<'_>, own: Option<&ClusterSet>) -> Columns {
        let mut gathered = rows.values().into_iter();
        let clusters = rows.clusters();
        let values = plan.inputs.iter().map(|input| match input.source {
            Source::Selected => selected(clusters, own),
            // As many were gathered as were asked for.
            _ => with_absent(input, gathered.next().unwrap_or(Values::Numbers(Vec::new()))),
        });
        // An index has no more rows than that.
        Columns { rows: clusters.len() as u32, values: values.collect() }
    }

    /// The columns as a guest is given them.
    ///
    /// # Errors
    /// They are not those of the plan.
    pub fn batch(&self, plan: &Plan) -> Result<Batch<'_>, NotOfThePlan> {
        let columns = self.values.iter().map(|values| match values {
            Values::Numbers(numbers) => batch::Column::Numbers(numbers),
            Values::Texts { texts, codes } => batch::Column::Texts { values: texts, codes },
        });
        Batch::new(plan, self.rows, columns.collect())
    }

    /// The values of one row, for people: `label region "eu", allocatable cpu 16`.
    #[must_use]
    pub fn told(&self, plan: &Plan, row: usize) -> String {
        let inputs = plan.inputs.iter().zip(&self.values).map(|(input, values)| match values {
            Values::Numbers(numbers) => format!("{} {}", input.source, numbers.get(row).copied().unwrap_or(f64::NAN)),
            Values::Texts { texts, codes } => {
                let text = codes.get(row).and_then(|code| texts.get(*code as usize)).map_or("", |text| text.as_str());
                format!("{} {text:?}", input.source)
            }
        });
        inputs.collect::<Vec<_>>().join(", ")
    }
}

fn selected(clusters: &[ClusterId], own: Option<&ClusterSet>) -> Values {
    let holds = |cluster: &ClusterId| f64::from(u8::from(own.is_some_and(|own| own.contains(*cluster))));
    Values::Numbers(clusters.iter().map(holds).collect())
}

/// Where a cluster has no number, the plan's.
fn with_absent(input: &Input, mut values: Values) -> Values {
    if let Values::Numbers(numbers) = &mut values
        && !input.absent.is_nan()
    {
        numbers.iter_mut().filter(|number| number.is_nan()).for_each(|number| *number = input.absent);
    }
    values
}
