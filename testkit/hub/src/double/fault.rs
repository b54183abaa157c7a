//! What can go wrong, as data: which request it befalls, and what happens then.

use std::time::Duration;

use super::request::{Request, Verb};
use super::resource::Resource;

/// Which requests.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// Absent: of every client.
    pub client: Option<String>,
    /// Empty: every one.
    pub verbs: Vec<Verb>,
    /// Empty: of every resource.
    pub resources: Vec<Resource>,
    /// Absent: of every object.
    pub name: Option<String>,
    /// So many of them pass first.
    pub skip: u32,
}

impl When {
    /// A controller's write number `skip`, from 0, of a slice or of the status of a Placement.
    #[must_use]
    pub fn decision(skip: u32) -> When {
        When {
            verbs: vec![Verb::Create, Verb::Update, Verb::Patch, Verb::Delete],
            resources: vec![Resource::Placements, Resource::PlacementDecisions],
            skip,
            ..When::default()
        }
    }

    pub(super) fn matches(&self, client: &str, request: &Request) -> bool {
        self.client.as_deref().is_none_or(|c| c == client)
            && (self.verbs.is_empty() || self.verbs.contains(&request.verb))
            && (self.resources.is_empty() || self.resources.contains(&request.resource))
            && self.name.as_deref().is_none_or(|name| name == request.name)
    }
}

/// A fault and the request it waits for. It befalls one request.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Which request.
    pub when: When,
    /// What happens.
    pub fault: Fault,
}

/// What goes wrong at a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// With its answer.
    Answer(Answer),
    /// With the hub around it.
    Act(Moment, Act),
}

/// When an act happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before the request is looked at.
    Before,
    /// After it took effect, before its answer.
    After,
}

/// What a client gets instead of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 429 with `Retry-After` in seconds; nothing was done.
    TooMany(u64),
    /// 409, although nobody else wrote; nothing was done.
    Conflict,
    /// 500; nothing was done.
    Internal,
    /// 503; nothing was done.
    Unavailable,
    /// The connection breaks before anything was done.
    LostRequest,
    /// The connection breaks after it was done.
    LostResponse,
    /// The answer itself, so much later. The request takes effect at once.
    Late(Duration),
    /// The request takes effect so much later.
    Slow(Duration),
}

/// What happens around a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// All open watches end.
    Cut(Cut),
    /// All versions but the newest are forgotten, and all open watches end with 410.
    Expire,
    /// No watch is told of what this request writes.
    LoseEvent,
    /// Every watch is told twice of what this request writes.
    DoubleEvent,
    /// Watches are told of what this request writes after the next event.
    DelayEvent,
    /// Lists take so long, for so long.
    SlowLists(Duration, Duration),
    /// Streaming lists are refused until further notice.
    RefuseStreaming,
    /// Of the next list so many pages arrive, or so many quarters of a streamed one.
    CutList(u32),
    /// Lists and watches know nothing of the last so many events, for so long. Open watches end.
    FallBehind(u64, Duration),
    /// Nobody gets through for so long.
    Down(Duration),
    /// Somebody else takes the lease, valid or not.
    StealLease,
    /// The client's machine stands still for longer than its lease, and somebody else takes that meanwhile.
    Pause(Duration),
    /// The client's wall clock jumps by so many seconds.
    Jump(i64),
    /// The client's process is killed. Its runner is told by [`super::Double::killed`].
    Kill,
    /// Somebody else edits the object that the request is about.
    Edit(Edit),
}

pub use super::watch::Cut;

/// What somebody else does to an object of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Writes another status: one cluster that does not exist into a slice, no groups into a Placement.
    Status,
    /// Takes the decisions of a slice away.
    Decisions,
    /// Replaces its labels by one of their own.
    Labels,
    /// Writes another group index.
    GroupIndex,
    /// Makes somebody else its controller.
    Owner,
    /// Deletes it.
    Delete,
}
