//! All a plugin sees while it judges a column.

use kube_text::{Quantity, Time};

use crate::index::{
    Cells, ClusterRow, Code, Column, Derived, Input, Inputs, Interner, Rows, SelectorId, Snapshot, Standing,
    TaintClasses, Texts, Version,
};
use crate::{ClusterId, ClusterSet, Differences, Placement, PluginError, Symbol, Taint};

/// One pass of one placement over a frozen fleet, as its plugins see it.
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    pub(crate) snapshot: Snapshot<'a>,
    pub(crate) placement: &'a Placement,
    pub(crate) differences: Differences,
    pub(crate) candidates: &'a ClusterSet,
    pub(crate) own: &'a ClusterSet,
    pub(crate) standing: Option<&'a Standing>,
}

impl<'a> Pass<'a> {
    /// The time of this pass.
    #[must_use]
    pub fn now(&self) -> Time {
        self.snapshot.now
    }

    /// Whose pass this is.
    #[must_use]
    pub fn placement(&self) -> &'a Placement {
        self.placement
    }

    /// The deliberate differences from upstream that are on.
    #[must_use]
    pub fn differences(&self) -> Differences {
        self.differences
    }

    /// What is left when this plugin is asked.
    #[must_use]
    pub fn candidates(&self) -> &'a ClusterSet {
        self.candidates
    }

    /// What stands for this placement: its clusters in decision (TAINT-5), candidates or not.
    #[must_use]
    pub fn own(&self) -> &'a ClusterSet {
        self.own
    }

    /// The clusters of [`Pass::own`], ascending, and how often each stands; mostly once, worn slices may repeat a name.
    /// O(own).
    pub fn own_times(&self) -> impl Iterator<Item = (ClusterId, u32)> + use<'a> {
        let (own, rows) = (self.own, self.standing.into_iter().flat_map(Standing::rows));
        rows.map(|(row, times)| (ClusterId(row), times)).filter(|(cluster, _)| own.contains(*cluster))
    }

    /// A kept set.
    #[must_use]
    pub fn clusters(&self, which: SelectorId) -> &'a ClusterSet {
        self.snapshot.index.store.selectors.bits(which)
    }

    /// A column of numbers, NaN where a cluster has none. Empty for a handle of texts.
    #[must_use]
    pub fn numbers(&self, of: Column) -> &'a [f64] {
        match &self.snapshot.index.store.columns.slot(of).cells {
            Cells::Numbers(cells) => cells,
            Cells::Texts(_) | Cells::Times(_) => &[],
        }
    }

    /// One number. O(1).
    #[must_use]
    pub fn number(&self, of: Column, cluster: ClusterId) -> Option<f64> {
        self.numbers(of).get(cluster.row()).copied().filter(|x| !x.is_nan())
    }

    /// A column of texts.
    #[must_use]
    pub fn texts(&self, of: Texts) -> TextColumn<'a> {
        let store = &self.snapshot.index.store;
        let codes = match &store.columns.slot(of.column()).cells {
            Cells::Texts(cells) => cells.as_slice(),
            Cells::Numbers(_) | Cells::Times(_) => &[],
        };
        TextColumn { codes, interner: &store.interner }
    }

    /// The distinct lists of taints, each with its clusters; clusters without taints are in none. The taints bear no times:
    /// those are in the rows.
    pub fn taints(&self, _of: TaintClasses) -> impl Iterator<Item = (&'a [Taint], &'a ClusterSet)> + use<'a> {
        self.snapshot.index.store.classes.iter()
    }

    /// The highest decision count of any name without this placement's own (PRIO-30). O(own) mostly.
    #[must_use]
    pub fn decided_most(&self) -> u32 {
        let store = &self.snapshot.index.store;
        let own = self.standing.into_iter().flat_map(Standing::rows);
        store.counts.most(&own.map(|(row, times)| (store.rows[row as usize].decided, times)))
    }

    /// Why a derived column has no answers: its cells are not to be read.
    ///
    /// # Errors
    /// The failure of its function.
    pub fn check(&self, of: &Derived) -> Result<(), PluginError> {
        let deriving = self.snapshot.index.store.columns.slot(of.column()).derived.as_ref();
        deriving.and_then(|deriving| deriving.failure()).map_or(Ok(()), |error| Err(error.clone()))
    }

    /// What the function of a derived column is given of these clusters, which ascend.
    #[must_use]
    pub fn rows_of(&self, of: &Derived, clusters: &'a [ClusterId]) -> Rows<'a> {
        Rows::new(&self.snapshot.index.store, self.inputs_of(of), clusters)
    }

    /// In which state the inputs of a derived column are. O(inputs).
    #[must_use]
    pub fn version_of(&self, of: &Derived) -> Version {
        self.snapshot.index.version(self.inputs_of(of))
    }

    fn inputs_of(&self, of: &Derived) -> &'a [Input] {
        let deriving = self.snapshot.index.store.columns.slot(of.column()).derived.as_ref();
        deriving.map_or(&[], |deriving| deriving.inputs())
    }

    /// The inputs of a function that takes whole batches, in these clusters, which ascend.
    #[must_use]
    pub fn rows(&self, inputs: &'a Inputs, clusters: &'a [ClusterId]) -> Rows<'a> {
        Rows::new(&self.snapshot.index.store, inputs.list(), clusters)
    }

    /// In which state the values of these inputs are, to tell whether an answer that was made of them still holds. O(inputs).
    #[must_use]
    pub fn version(&self, inputs: &Inputs) -> Version {
        self.snapshot.index.version(inputs.list())
    }

    /// All that is known of one cluster.
    #[must_use]
    pub fn row(&self, cluster: ClusterId) -> Row<'a> {
        let store = &self.snapshot.index.store;
        let row = &store.rows[cluster.row()];
        Row { id: cluster, name: store.name(cluster.row()), cluster: row.cluster.as_deref(), interner: &store.interner }
    }
}

/// A column of texts over the clusters of a pass.
#[derive(Clone, Copy)]
pub struct TextColumn<'a> {
    codes: &'a [Code],
    interner: &'a Interner,
}

impl<'a> TextColumn<'a> {
    /// One cluster's text. O(1).
    #[must_use]
    pub fn get(&self, cluster: ClusterId) -> Option<&'a Symbol> {
        let code = self.codes.get(cluster.row()).copied()?;
        code.is_present().then(|| self.interner.text(code))
    }
}

/// All that is known of one cluster, typed.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    id: ClusterId,
    name: &'a Symbol,
    cluster: Option<&'a ClusterRow>,
    interner: &'a Interner,
}

impl<'a> Row<'a> {
    /// Its number in this pass.
    #[must_use]
    pub fn id(&self) -> ClusterId {
        self.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'a Symbol {
        self.name
    }

    /// The value of a label. O(log labels).
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&'a Symbol> {
        Some(self.interner.text(self.cluster?.label(self.interner.get(key))?))
    }

    /// The value of a claim. O(log claims).
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&'a Symbol> {
        Some(self.interner.text(self.cluster?.claim(self.interner.get(name))?))
    }

    /// `status.allocatable` of a resource.
    #[must_use]
    pub fn allocatable(&self, resource: &str) -> Option<&'a Quantity> {
        self.cluster?.allocatable(self.interner.get(resource))
    }

    /// `status.capacity` of a resource.
    #[must_use]
    pub fn capacity(&self, resource: &str) -> Option<&'a Quantity> {
        self.cluster?.capacity(self.interner.get(resource))
    }

    /// Its taints in order, with their times.
    pub fn taints(&self) -> impl Iterator<Item = Taint> + use<'a> {
        let interner = self.interner;
        let taints = self.cluster.map_or(&[][..], |c| &c.taints);
        taints.iter().map(move |t| t.taint(interner))
    }
}
