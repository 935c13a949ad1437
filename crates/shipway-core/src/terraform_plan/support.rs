//! What a plan does to roles, keys, networks and queues that are frozen into what serves.

use super::document::{Action, Values};
use super::function;
use super::look::{Seen, Step};
use super::{Danger, Deployed, Finding, FrozenPart, Plan, ResourceChange, Severity, Whose};
use crate::live::frozen_names as names;
use crate::names::Version;

/// What a type of resource can be to a version, and by which attribute the version knows it.
const KINDS: &[(&str, FrozenPart, &str)] = &[
    ("aws_iam_role", FrozenPart::Role, "arn"),
    ("aws_iam_service_linked_role", FrozenPart::Role, "arn"),
    ("aws_kms_key", FrozenPart::Key, "arn"),
    ("aws_kms_external_key", FrozenPart::Key, "arn"),
    ("aws_kms_replica_key", FrozenPart::Key, "arn"),
    ("aws_kms_replica_external_key", FrozenPart::Key, "arn"),
    ("aws_kms_alias", FrozenPart::Key, "arn"),
    ("aws_subnet", FrozenPart::Subnet, "id"),
    ("aws_security_group", FrozenPart::SecurityGroup, "id"),
    ("aws_sqs_queue", FrozenPart::DeadLetters, "arn"),
    ("aws_sns_topic", FrozenPart::DeadLetters, "arn"),
    ("aws_efs_access_point", FrozenPart::FileSystem, "arn"),
];

pub(super) fn findings<'a>(plan: &Plan, change: &ResourceChange, deployed: &'a Deployed) -> Vec<Finding<'a>> {
    let Some(running) = deployed.running() else { return Vec::new() };
    let Some((_, part, attribute)) = KINDS.iter().find(|(kind, _, _)| *kind == change.kind) else { return Vec::new() };
    let Some(value) = change.before.text(attribute) else { return Vec::new() };
    let finding = |severity, danger| {
        vec![Finding {
            severity,
            address: change.address.clone(),
            deferred: false,
            deployed: super::finding::Subject(deployed),
            whose: Whose::Running,
            danger,
        }]
    };
    if running.frozen.is_empty() {
        let unknown = change.destroys() && is_in_the_same_place(value, deployed);
        return if unknown { finding(Severity::Warning, Danger::FrozenUnrecorded) } else { Vec::new() };
    }
    let is_frozen =
        running.frozen.get(frozen_name(*part)).is_some_and(|frozen| members(frozen).any(|one| one == value));
    if !is_frozen || (running.lambda_version == Version::Latest && is_left(plan, *part, deployed)) {
        return Vec::new();
    }
    let value = value.to_owned();
    match &change.action {
        Action::Delete | Action::Replace => finding(Severity::Refusal, Danger::SupportDestroyed { part: *part, value }),
        Action::Update if *part == FrozenPart::Key && switches_off(change) => {
            finding(Severity::Refusal, Danger::KeyDisabled { value })
        }
        Action::Other(action) => finding(Severity::Warning, Danger::UnknownAction { action: action.clone() }),
        Action::Nothing | Action::Create | Action::Read | Action::Update | Action::Forget => Vec::new(),
    }
}

/// Under which name a version's record has it.
fn frozen_name(part: FrozenPart) -> &'static str {
    match part {
        FrozenPart::Role => names::ROLE,
        FrozenPart::Key => names::KEY,
        FrozenPart::Subnet => names::SUBNETS,
        FrozenPart::SecurityGroup => names::SECURITY_GROUPS,
        FrozenPart::DeadLetters => names::DEAD_LETTERS,
        FrozenPart::FileSystem => names::FILE_SYSTEMS,
    }
}

/// Lists are joined by commas; a file system's has the path where it is mounted after it.
fn members(frozen: &str) -> impl Iterator<Item = &str> {
    frozen.split(',').map(|member| member.split(" at ").next().unwrap_or(member))
}

/// An ARN of another account is no business of this target.
fn is_in_the_same_place(value: &str, deployed: &Deployed) -> bool {
    let account = value.split(':').nth(4).unwrap_or("");
    account.is_empty() || account == deployed.head.account.to_string()
}

/// Whether the function itself leaves it in this plan. That helps whoever runs `$LATEST`, and no published version.
fn is_left(plan: &Plan, part: FrozenPart, deployed: &Deployed) -> bool {
    let path: &[Step] = match part {
        FrozenPart::Role => &[Step::Name("role")],
        FrozenPart::Key => &[Step::Name("kms_key_arn")],
        FrozenPart::Subnet => &[Step::Name("vpc_config"), Step::Block, Step::Name("subnet_ids")],
        FrozenPart::SecurityGroup => &[Step::Name("vpc_config"), Step::Block, Step::Name("security_group_ids")],
        FrozenPart::DeadLetters => &[Step::Name("dead_letter_config"), Step::Block, Step::Name("target_arn")],
        FrozenPart::FileSystem => &[Step::Name("file_system_config"), Step::Block, Step::Name("arn")],
    };
    let leaves = |change: &&ResourceChange| {
        function::is_of(change, deployed) && change.before.look(path) != change.after.look(path)
    };
    plan.changes.iter().any(|change| leaves(&change))
}

fn switches_off(change: &ResourceChange) -> bool {
    let enabled = |values: &Values| match values.look(&[Step::Name("is_enabled")]) {
        Seen::Set(value) => value.as_bool(),
        Seen::Absent | Seen::Unseen(_) => None,
    };
    enabled(&change.before) == Some(true) && enabled(&change.after) == Some(false)
}
