//! Asks plugins about every cluster of a fleet, on what the engine gives them in a pass.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kube_text::Time;
use plugin_host::{Columns, Plan};
use scheduler_core::{
    Binding, ClusterId, Differences, Fact, Feasible, Filter, Index, Inputs, ManagedClusterSet, Misconfigured, Pass,
    Placement, PlacementKey, Plugin, PluginError, Profile, Profiles, Reads, Row, Selector, Symbol, Trail, Verdict,
};

/// The namespace, the set and the placement by which all clusters are reached. No object can be called so.
const OURS: &str = "plugin survey";

/// What is asked, given all clusters, and what comes of it.
pub(super) type Ask<T> = Arc<dyn Fn(&Clusters<'_>) -> T + Send + Sync>;

/// All clusters of a fleet that are not being deleted, ascending by name, as one plan is given them.
pub(super) struct Clusters<'a> {
    pass: &'a Pass<'a>,
    inputs: &'a Inputs,
    plan: &'a Plan,
    all: Vec<ClusterId>,
}

impl Clusters<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// What one is called.
    pub fn name(&self, at: usize) -> &Symbol {
        self.pass.row(self.all[at]).name()
    }

    /// What the plan is given of some of them, in ascending order.
    pub fn columns(&self, of: impl Iterator<Item = usize>) -> Columns {
        let some: Vec<ClusterId> = of.map(|at| self.all[at]).collect();
        Columns::of(self.plan, &self.pass.rows(self.inputs, &some), None)
    }
}

/// Asks under each of these plans, in their order; nothing where the fleet has no cluster. `fleet` fills an index that has
/// these profiles.
pub(super) fn survey<T: Send + 'static>(
    asks: Vec<(Plan, Ask<T>)>,
    now: Time,
    fleet: impl FnOnce(Profiles) -> Option<Index>,
) -> Option<Vec<T>> {
    let answers: Vec<_> = asks.iter().map(|_| Answer::<T>::default()).collect();
    let plugins = asks
        .into_iter()
        .zip(&answers)
        .map(|((plan, ask), answer)| Arc::new(Asker { plan, ask, answer: Arc::clone(answer) }) as Arc<dyn Plugin>);
    let profile = Profile { plugins: plugins.collect(), weights: Vec::new(), differences: Differences::all() };
    let mut index = fleet(Profiles { default: OURS.into(), named: BTreeMap::from([(OURS.into(), profile)]) })?;
    index.apply(Fact::Set(ManagedClusterSet { name: OURS.into(), members: Ok(Selector::All) }));
    index.apply(Fact::Binding(Binding { namespace: OURS.into(), name: OURS.into(), cluster_set: OURS.into() }));
    let key = PlacementKey { namespace: OURS.into(), name: OURS.into() };
    index.apply(Fact::Placement(Box::new(Placement::new(key.clone()))));
    // What is decided is not asked for; the answers are taken on the way there.
    drop(index.snapshot(now).schedule(&key, &mut Trail::default()));
    answers.iter().map(|answer| answer.lock().unwrap_or_else(PoisonError::into_inner).take()).collect()
}

type Answer<T> = Arc<Mutex<Option<T>>>;

/// A filter that takes nobody out, and asks in the place of a plugin.
#[derive(Clone)]
struct Asker<T> {
    plan: Plan,
    ask: Ask<T>,
    answer: Answer<T>,
}

/// The same, compiled.
struct Asking<T> {
    asker: Asker<T>,
    inputs: Inputs,
}

impl<T: Send + 'static> Plugin for Asker<T> {
    fn name(&self) -> &str {
        OURS
    }

    fn filter_for(&self, p: &Placement, reads: &mut Reads<'_>) -> Option<Result<Box<dyn Filter>, Misconfigured>> {
        // The fleet's own placements are not asked for.
        (*p.key.namespace == *OURS).then(|| {
            let (plan, ask, answer) = (self.plan.clone(), Arc::clone(&self.ask), Arc::clone(&self.answer));
            let inputs = reads.inputs(&plan.sources());
            Ok(Box::new(Asking { asker: Asker { plan, ask, answer }, inputs }) as Box<dyn Filter>)
        })
    }
}

impl<T: Send> Filter for Asking<T> {
    fn narrow(&self, pass: &Pass<'_>, _: &mut Feasible) -> Result<(), PluginError> {
        let Asker { plan, ask, answer } = &self.asker;
        let all = pass.candidates().iter().collect();
        let said = ask(&Clusters { pass, inputs: &self.inputs, plan, all });
        *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(said);
        Ok(())
    }

    fn verdict(&self, _: &Pass<'_>, _: Row<'_>) -> Verdict {
        Verdict::Feasible
    }
}
