//! Every moment at which a deployment is killed: one row for each kind of step and each record, generated.

use std::fmt;

use serde_json::Value;
use shipway_core::step::StepKind;

use crate::support::cloud::{Moment, Request, Service};

/// What a deployment finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Shape {
    /// A function that Shipway never saw, without the alias.
    AliasMissing,
    /// The same, with the alias on `$LATEST`.
    AliasOnLatest,
    /// A function that Shipway deployed before.
    Second,
    /// The same, and the second deployment was killed in the middle.
    TakeOver,
}

impl Shape {
    pub(super) const ALL: [Self; 4] = [Self::AliasMissing, Self::AliasOnLatest, Self::Second, Self::TakeOver];
}

/// A request of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    /// What a step does.
    Step(StepKind),
    /// The journal entry that announces it.
    Announcement(StepKind),
    /// What is recorded beside the steps.
    Record(Record),
}

/// What is recorded beside the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record {
    /// The build record.
    Build,
    /// The ledger's entry that claims the target.
    Claim,
    /// The head after it.
    ClaimHead,
    /// The journal entry that says how the last step ended.
    LastStep,
    /// The ledger's entry that ends the deployment.
    End,
    /// The head after it.
    EndHead,
    /// The release.
    Release,
}

const RECORDS: [Record; 7] =
    [Record::Build, Record::Claim, Record::ClaimHead, Record::LastStep, Record::End, Record::EndHead, Record::Release];

/// How the request that is under way at the kill ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It never arrives.
    Lost,
    /// It is carried out when its sender is dead.
    CarriedOut,
    /// It is carried out when its sender is dead and the next deployment is over.
    Late,
    /// It was carried out; its reply finds nobody.
    ReplyLost,
}

impl Ending {
    /// When the request is held.
    pub(super) fn moment(self) -> Moment {
        match self {
            Self::Lost | Self::CarriedOut | Self::Late => Moment::BeforeEffect,
            Self::ReplyLost => Moment::AfterEffect,
        }
    }
}

/// One kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) shape: Shape,
    pub(super) point: Point,
    pub(super) ending: Ending,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}, {:?}, {:?}", self.shape, self.point, self.ending)
    }
}

/// The row of a kind of step: in which shapes it is tried, by which operation it shows, how that may end.
struct Row {
    shapes: &'static [Shape],
    service: Service,
    operations: &'static [&'static str],
    endings: &'static [Ending],
}

const WRITE: &[Ending] = &[Ending::Lost, Ending::CarriedOut, Ending::Late, Ending::ReplyLost];
const READ: &[Ending] = &[Ending::Lost];
const JOURNAL: &[Ending] = &[Ending::Lost, Ending::ReplyLost];

/// A step without a row does not compile.
fn row(kind: StepKind) -> Row {
    use Shape::{AliasMissing, AliasOnLatest, Second, TakeOver};
    let lambda = |shapes, operations, endings| Row { shapes, service: Service::Lambda, operations, endings };
    match kind {
        StepKind::UploadArtifact => {
            Row { shapes: &[Second], service: Service::Store, operations: &["PutObject"], endings: WRITE }
        }
        StepKind::FenceAlias => lambda(&[TakeOver], &["UpdateAlias"], WRITE),
        StepKind::PublishCurrent => lambda(&[AliasMissing], &["PublishVersion"], WRITE),
        StepKind::PinAlias => lambda(&[AliasMissing, AliasOnLatest], &["CreateAlias", "UpdateAlias"], WRITE),
        StepKind::UpdateFunctionCode => lambda(&[Second, AliasMissing, TakeOver], &["UpdateFunctionCode"], WRITE),
        StepKind::AwaitUpdate => lambda(&[Second], &["GetFunction", "GetFunctionConfiguration"], READ),
        StepKind::PublishVersion => lambda(&[Second, AliasMissing], &["PublishVersion"], WRITE),
        StepKind::AwaitVersion => lambda(&[Second, AliasMissing], &["GetFunction", "GetFunctionConfiguration"], READ),
        StepKind::MoveAlias => lambda(&[Second, AliasMissing, TakeOver], &["UpdateAlias"], WRITE),
    }
}

/// The shapes in which a record is killed, and how that may end.
fn record_row(record: Record) -> (&'static [Shape], &'static [Ending]) {
    match record {
        Record::Claim => (&[Shape::AliasMissing, Shape::Second, Shape::TakeOver], WRITE),
        Record::End => (&[Shape::AliasMissing, Shape::Second], WRITE),
        Record::EndHead => (&[Shape::Second], WRITE),
        Record::ClaimHead | Record::Release => (&[Shape::Second], &[Ending::Lost, Ending::Late, Ending::ReplyLost]),
        Record::Build | Record::LastStep => (&[Shape::Second], JOURNAL),
    }
}

/// Every case.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |shapes: &[Shape], point, endings: &[Ending]| {
        for shape in shapes {
            cases.extend(endings.iter().map(|ending| Case { shape: *shape, point, ending: *ending }));
        }
    };
    for kind in StepKind::ALL {
        let row = row(kind);
        add(row.shapes, Point::Step(kind), row.endings);
        add(&row.shapes[..1], Point::Announcement(kind), JOURNAL);
    }
    for record in RECORDS {
        let (shapes, endings) = record_row(record);
        add(shapes, Point::Record(record), endings);
    }
    cases
}

impl Point {
    /// Whether a request is this one.
    pub(super) fn is(self, request: &Request) -> bool {
        match self {
            Self::Step(kind) => {
                let row = row(kind);
                let subject = row.service == Service::Lambda || request.subject.contains("/artifacts/");
                request.step == Some(kind)
                    && request.service == row.service
                    && row.operations.contains(&request.operation.as_str())
                    && subject
            }
            Self::Announcement(kind) => request.announced() == Some(kind),
            Self::Record(record) => request.is_put() && record.is(request),
        }
    }
}

impl Record {
    fn is(self, request: &Request) -> bool {
        let document = |family: &str| -> Option<Value> {
            request
                .subject
                .contains(family)
                .then(|| serde_json::from_str(&request.body).expect("records have a JSON form"))
        };
        let event = |names: &[&str]| {
            document("/ledger/").is_some_and(|entry| names.iter().any(|name| entry["event"]["event"] == *name))
        };
        match self {
            Self::Build => document("/builds/").is_some(),
            Self::Claim => event(&["claimed", "taken-over"]),
            Self::End => event(&["succeeded"]),
            Self::ClaimHead => document("/heads/").is_some_and(|head| !head["deploying"].is_null()),
            Self::EndHead => document("/heads/").is_some_and(|head| head["deploying"].is_null()),
            Self::LastStep => request.journal_entry().is_some() && request.announced().is_none(),
            Self::Release => document("/releases/").is_some(),
        }
    }
}
