//! Why goals are missed, where that was found by looking. Shown beside a goal only while it is missed; take a line out
//! when its cause is gone.

use super::jobs::DEPLOY_TITLE;
use super::report::Reason;

pub(crate) const REASONS: &[Reason] = &[Reason {
    title: DEPLOY_TITLE,
    goal: "reads before the code PUT",
    why: "GetFunction gives the RevisionId that the PUT carries, and GetFunctionCodeSigningConfig says whether Lambda takes \
          unsigned code at all: without it `plan` could not refuse before anything is uploaded.",
}];
