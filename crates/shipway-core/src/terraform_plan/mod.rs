//! Whether a Terraform plan would take away what a deployed build needs.
//!
//! [`Plan::read`] takes what `terraform show -json` prints, [`check`] compares it with what the store says is deployed. Both
//! are pure. What the plan does not show (unknown until it is applied, hidden because it is sensitive, deferred) is a
//! warning and never a refusal. No value of an environment variable leaves this module: they are read for their names.

mod alias;
mod deployed;
mod document;
mod finding;
mod function;
mod look;
mod support;

pub use deployed::Deployed;
pub use document::{Action, Completeness, Plan, PlanError, ResourceChange};
pub use finding::{Danger, Finding, FrozenPart, Severity, Unseen, Whose};

/// What `plan` would do to what is deployed, in the plan's order.
#[must_use]
pub fn check<'a>(plan: &Plan, deployed: &'a [Deployed]) -> Vec<Finding<'a>> {
    let mut found = Vec::new();
    for one in deployed {
        for change in &plan.changes {
            found.extend(of_change(plan, change, one));
        }
        for change in &plan.deferred {
            // What is put off is not decided: it will be in a later plan.
            let later = of_change(plan, change, one).into_iter();
            found.extend(later.map(|finding| Finding { severity: Severity::Warning, deferred: true, ..finding }));
        }
    }
    found
}

/// Whether the plan has this target's function among its resources, changed or not.
#[must_use]
pub fn has_function_of(plan: &Plan, deployed: &Deployed) -> bool {
    plan.changes.iter().chain(&plan.deferred).any(|change| function::is_of(change, deployed))
}

fn of_change<'a>(plan: &Plan, change: &ResourceChange, deployed: &'a Deployed) -> Vec<Finding<'a>> {
    if !change.is_managed() {
        return Vec::new();
    }
    match change.kind.as_str() {
        function::KIND => function::findings(change, deployed),
        alias::KIND => alias::findings(change, deployed),
        _ => support::findings(plan, change, deployed),
    }
}
