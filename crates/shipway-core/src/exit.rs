//! Exit codes: one table.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done; also: nothing to do, or superseded by newer code that is live |
//! | 1 | failed, and what the alias served it still serves |
//! | 2 | usage or configuration |
//! | 3 | held |
//! | 4 | refused by a gate or a safety check |
//! | 5 | needs attention: an undo failed, or could not be recorded |
//! | 101 | a bug in Shipway |

use serde::{Deserialize, Serialize};

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExitCode {
    /// 0
    Done,
    /// 1
    Failed,
    /// 2
    Usage,
    /// 3
    Held,
    /// 4
    Refused,
    /// 5
    NeedsAttention,
    /// 101
    Bug,
}

impl ExitCode {
    /// The process's exit status.
    #[must_use]
    pub fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Held => 3,
            Self::Refused => 4,
            Self::NeedsAttention => 5,
            Self::Bug => 101,
        }
    }

    /// The worst of several, in the order 101, 2, 5, 1, 4, 3, 0; done for none.
    #[must_use]
    pub fn worst(codes: impl IntoIterator<Item = Self>) -> Self {
        const WORST_FIRST: [ExitCode; 7] = [
            ExitCode::Bug,
            ExitCode::Usage,
            ExitCode::NeedsAttention,
            ExitCode::Failed,
            ExitCode::Refused,
            ExitCode::Held,
            ExitCode::Done,
        ];
        let found: Vec<Self> = codes.into_iter().collect();
        WORST_FIRST.into_iter().find(|code| found.contains(code)).unwrap_or(Self::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_wins() {
        use ExitCode::*;
        assert_eq!(ExitCode::worst([]), Done);
        assert_eq!(ExitCode::worst([Done, Held, Refused]), Refused);
        assert_eq!(ExitCode::worst([Refused, Failed, Held]), Failed);
        assert_eq!(ExitCode::worst([Failed, NeedsAttention]), NeedsAttention);
        assert_eq!(ExitCode::worst([NeedsAttention, Usage, Failed]), Usage);
        assert_eq!(ExitCode::worst([Usage, Bug]), Bug);
    }
}
