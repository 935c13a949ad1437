//! What each step does.

use std::time::Duration;

use shipway_core::contract::{Demand, Unmet};
use shipway_core::digest::ArtifactDigest;
use shipway_core::ledger::Note;
use shipway_core::live::{LiveFunction, State, UpdateStatus};
use shipway_core::names::{AliasName, Qualifier, RevisionId, Target, Version, VersionNumber};
use shipway_core::step::{Delivery, Destination, ExistingAlias, Step, StepOutcome};
use shipway_core::target_name::TargetName;

use super::Learned;
use super::learned::{Known, Readiness};
use crate::OperationError;
use crate::context::Ports;
use crate::observe::{Pause, attempt, get_function};
use crate::ports::{
    ArtifactFile, CallError, CallErrorKind, CodeSource, CreateAlias, Event, LiveAlias, PublishVersion, UpdateAlias,
    UpdateFunctionCode,
};
use crate::record::{Holding, put_artifact};

/// Why a step did not do what it says.
#[derive(Debug)]
pub(crate) enum StepFailure {
    /// The world is not what the plan was made for, or nobody knows what became of a write: observe and plan again.
    WorldMoved {
        /// What moved.
        reason: String,
    },
    /// The configuration does not meet the contract (any more); the code is on `$LATEST` already.
    Unmet(Vec<Unmet>),
    /// It failed.
    Failed {
        /// The step.
        step: String,
        /// How.
        error: OperationError,
    },
}

/// Carries out the steps of one target.
#[derive(Debug)]
pub(crate) struct Carrier<'a> {
    /// The neighbours.
    pub(crate) ports: &'a Ports<'a>,
    /// Our hold on the target; `None` for a rollback whose store takes no entries.
    pub(crate) holding: Option<&'a Holding>,
    /// The function, for whoever listens.
    pub(crate) function: &'a TargetName,
    /// The target.
    pub(crate) target: &'a Target,
    /// What the build requires.
    pub(crate) demand: &'a Demand,
    /// The zip, where it is on this machine.
    pub(crate) file: Option<&'a ArtifactFile>,
    /// How long Lambda may take for one thing.
    pub(crate) patience: Duration,
}

impl Carrier<'_> {
    /// Carries out `steps` in order; what they learned ends up in `learned`.
    ///
    /// # Errors
    /// At the first step that does not do what it says.
    pub(crate) async fn carry_out(&self, steps: &[Step], learned: &mut Learned) -> Result<(), StepFailure> {
        let mut done: Option<StepOutcome> = None;
        for step in steps {
            let mut notes: Vec<Note> = done.take().map(|outcome| Note::Done { outcome }).into_iter().collect();
            notes.push(Note::Starting { step: step.clone() });
            self.record(step, notes).await?;
            let begun = self.ports.clock.monotonic();
            self.tell(|function, deployment| Event::StepStarted { function, deployment, step: step.to_string() });
            done = Some(self.run(step, learned).await?);
            let took = self.ports.clock.monotonic() - begun;
            self.tell(|function, deployment| Event::StepDone { function, deployment, step: step.to_string(), took });
        }
        match (steps.last(), done) {
            (Some(step), Some(outcome)) => self.record(step, vec![Note::Done { outcome }]).await,
            _ => Ok(()),
        }
    }

    /// Whether somebody was there before us who may wake up.
    pub(crate) fn took_over(&self) -> bool {
        self.holding.is_some_and(|holding| holding.took_over.is_some())
    }

    async fn record(&self, step: &Step, notes: Vec<Note>) -> Result<(), StepFailure> {
        let Some(holding) = self.holding else { return Ok(()) };
        holding
            .journal
            .append(self.ports, notes)
            .await
            .map_err(|error| StepFailure::Failed { step: step.to_string(), error: error.into() })
    }

    fn tell(&self, event: impl FnOnce(TargetName, shipway_core::names::DeploymentId) -> Event) {
        if let Some(holding) = self.holding {
            self.ports.reporter.report(event(self.function.clone(), holding.deployment.clone()));
        }
    }

    async fn run(&self, step: &Step, learned: &mut Learned) -> Result<StepOutcome, StepFailure> {
        match step {
            Step::UploadArtifact { artifact, bytes } => self.upload(step, artifact, *bytes).await,
            Step::FenceAlias { alias, version, revision } => {
                self.move_alias(step, alias, *version, revision.clone(), learned).await
            }
            Step::PublishCurrent { code_sha256, revision } => {
                let description = "as it was before Shipway's first deployment".to_owned();
                self.publish(step, code_sha256.clone(), revision.clone(), description, learned).await
            }
            Step::PinAlias { alias, existing } => self.pin_alias(step, alias, existing, learned).await,
            Step::UpdateFunctionCode { artifact, delivery, architecture, revision, .. } => {
                let revision = match revision {
                    Some(revision) => Some(revision.clone()),
                    None => self.fresh_revision(step, learned).await?,
                };
                let code = self.code_source(step, artifact, *delivery).await?;
                let function = self.target.function.clone();
                let request = UpdateFunctionCode { function, code, architecture: *architecture, revision };
                let updated = self.ports.lambda.update_function_code(&request).await;
                self.judge_write(step, updated)?;
                learned.function_revision = Known::Stale;
                learned.latest_code = artifact.code_sha256();
                Ok(StepOutcome::CodeAccepted)
            }
            Step::AwaitUpdate { artifact } => self.await_update(step, artifact, learned).await,
            Step::PublishVersion { artifact, description } => {
                let revision = self.fresh_revision(step, learned).await?;
                self.publish(step, artifact.code_sha256(), revision, description.clone(), learned).await
            }
            Step::AwaitVersion => self.await_version(step, learned).await,
            Step::MoveAlias { alias, to, revision, .. } => {
                let version = match to {
                    Destination::Existing { version } => *version,
                    Destination::Published => published(step, learned)?,
                };
                let revision = revision.clone().or_else(|| learned.alias_revision.clone());
                self.move_alias(step, alias, Version::Published(version), revision, learned).await
            }
        }
    }

    async fn upload(&self, step: &Step, artifact: &ArtifactDigest, bytes: u64) -> Result<StepOutcome, StepFailure> {
        let failed = |error: OperationError| StepFailure::Failed { step: step.to_string(), error };
        match self.file {
            Some(file) => {
                put_artifact(self.ports, file).await.map_err(|error| failed(error.into()))?;
            }
            // What was held is in the store already.
            None => {
                let stored = self.ports.store.has_artifact(artifact, bytes).await;
                if !stored.map_err(|error| failed(error.into()))? {
                    return Err(failed(OperationError::ArtifactGone { artifact: artifact.hex() }));
                }
            }
        }
        Ok(StepOutcome::ArtifactStored)
    }

    async fn code_source(
        &self,
        step: &Step,
        artifact: &ArtifactDigest,
        delivery: Delivery,
    ) -> Result<CodeSource, StepFailure> {
        let failed = |error: OperationError| StepFailure::Failed { step: step.to_string(), error };
        let gone = || failed(OperationError::ArtifactGone { artifact: artifact.hex() });
        match delivery {
            Delivery::Store => {
                let located = self.ports.store.artifact_location(artifact).await;
                located.map_err(|error| failed(error.into()))?.map(CodeSource::Object).ok_or_else(gone)
            }
            Delivery::Direct => match self.file.filter(|file| file.artifact == *artifact) {
                Some(file) => Ok(CodeSource::Direct(file.clone())),
                None => {
                    let fetched = self.ports.store.fetch_artifact(artifact).await;
                    fetched.map_err(|error| failed(error.into()))?.map(CodeSource::Direct).ok_or_else(gone)
                }
            },
        }
    }

    async fn publish(
        &self,
        step: &Step,
        code_sha256: String,
        revision: Option<RevisionId>,
        description: String,
        learned: &mut Learned,
    ) -> Result<StepOutcome, StepFailure> {
        let function = self.target.function.clone();
        let request = PublishVersion { function, code_sha256: code_sha256.clone(), revision, description };
        let published = match self.ports.lambda.publish_version(&request).await {
            // Lambda looks at CodeSha256 before RevisionId, and a wrong one is an invalid argument like any other
            // (reference §10): only looking tells that somebody changed the code.
            Err(error)
                if error.kind == CallErrorKind::Rejected && self.latest(step).await?.code_sha256 != code_sha256 =>
            {
                return Err(moved(error.to_string()));
            }
            answer => self.judge_write(step, answer)?,
        };
        if published.code_sha256 != code_sha256 {
            return Err(moved("the published version holds other code than was asked for"));
        }
        let Some(version) = published.version.number() else {
            return Err(moved("PublishVersion answered without a version"));
        };
        // A new version gives `$LATEST` a new RevisionId, too (reference §1.4).
        learned.function_revision = Known::Stale;
        let readiness = if published.state == State::Active { Readiness::Active } else { Readiness::Unknown };
        learned.published = Some((version, readiness));
        Ok(StepOutcome::VersionPublished { version })
    }

    async fn pin_alias(
        &self,
        step: &Step,
        alias: &AliasName,
        existing: &ExistingAlias,
        learned: &mut Learned,
    ) -> Result<StepOutcome, StepFailure> {
        let version = published(step, learned)?;
        match existing {
            ExistingAlias::OnLatest { revision } => {
                self.move_alias(step, alias, Version::Published(version), revision.clone(), learned).await
            }
            ExistingAlias::Absent => {
                let function = self.target.function.clone();
                let request = CreateAlias { function, alias: alias.clone(), version };
                let created = self.ports.lambda.create_alias(&request).await;
                let created = self.judge_write(step, created)?;
                Ok(alias_changed(created, learned))
            }
        }
    }

    async fn move_alias(
        &self,
        step: &Step,
        alias: &AliasName,
        version: Version,
        revision: Option<RevisionId>,
        learned: &mut Learned,
    ) -> Result<StepOutcome, StepFailure> {
        let function = self.target.function.clone();
        let request = UpdateAlias { function, alias: alias.clone(), version, revision };
        let updated = self.ports.lambda.update_alias(&request).await;
        let updated = self.judge_write(step, updated)?;
        if updated.version != version {
            return Err(moved("the alias answered with another version than it was moved to"));
        }
        Ok(alias_changed(updated, learned))
    }

    async fn await_update(
        &self,
        step: &Step,
        artifact: &ArtifactDigest,
        learned: &mut Learned,
    ) -> Result<StepOutcome, StepFailure> {
        let what = format!("the update of {}", self.target.function);
        let mut pause = Pause::new(self.ports, self.patience);
        loop {
            let function = self.latest(step).await?;
            match settled_update(&function) {
                Progress::Under => pause.wait(&what).await.map_err(|error| self.failed(step, error))?,
                Progress::Failed(reason) => {
                    return Err(self.failed(step, OperationError::LambdaFailed { what, reason }));
                }
                Progress::Done if function.code_sha256 != artifact.code_sha256() => {
                    return Err(moved("somebody else changed the code"));
                }
                Progress::Done => {
                    // The contract is judged on the very reading whose RevisionId goes into the publish.
                    let judgement = self.demand.judge(&function.configuration);
                    learned.missing = judgement.missing_variables();
                    if !judgement.blocking.is_empty() {
                        return Err(StepFailure::Unmet(judgement.blocking));
                    }
                    learned.frozen = function.frozen_parts();
                    learned.latest_code = function.code_sha256;
                    learned.function_revision = Known::Read(function.revision.clone());
                    return Ok(StepOutcome::UpdateSettled { revision: function.revision });
                }
            }
        }
    }

    async fn await_version(&self, step: &Step, learned: &mut Learned) -> Result<StepOutcome, StepFailure> {
        let version = published(step, learned)?;
        if learned.published == Some((version, Readiness::Active)) {
            return Ok(StepOutcome::VersionActive { version });
        }
        let what = format!("version {version} of {}", self.target.function);
        let mut pause = Pause::new(self.ports, self.patience);
        loop {
            let found = get_function(self.ports, &self.target.function, &Qualifier::Version(version)).await;
            let found = found.map_err(|error| self.failed(step, error))?;
            let Some(found) = found else { return Err(moved("the version that was published is gone")) };
            match found.state {
                State::Active => break,
                State::Failed { reason } => {
                    return Err(self.failed(step, OperationError::LambdaFailed { what, reason }));
                }
                State::Pending | State::Inactive | State::Other(_) => {
                    pause.wait(&what).await.map_err(|error| self.failed(step, error))?;
                }
            }
        }
        learned.published = Some((version, Readiness::Active));
        Ok(StepOutcome::VersionActive { version })
    }

    /// `$LATEST`'s RevisionId for the next write: as read, or read again if a step of ours changed it, after making
    /// sure that the code is still what we left there.
    async fn fresh_revision(&self, step: &Step, learned: &mut Learned) -> Result<Option<RevisionId>, StepFailure> {
        if let Known::Read(revision) = &learned.function_revision {
            return Ok(revision.clone());
        }
        let function = self.latest(step).await?;
        if function.code_sha256 != learned.latest_code {
            return Err(moved("somebody else changed the code"));
        }
        learned.function_revision = Known::Read(function.revision.clone());
        Ok(function.revision)
    }

    async fn latest(&self, step: &Step) -> Result<LiveFunction, StepFailure> {
        let found = get_function(self.ports, &self.target.function, &Qualifier::Unqualified).await;
        found.map_err(|error| self.failed(step, error))?.ok_or_else(|| moved("the function is gone"))
    }

    /// | what became of a write | then |
    /// |---|---|
    /// | done | go on |
    /// | another RevisionId, a conflict, not found, unknown, not sent | observe and plan again |
    /// | anything else | it failed |
    fn judge_write<T>(&self, step: &Step, answer: Result<T, CallError>) -> Result<T, StepFailure> {
        answer.map_err(|error| match error.kind {
            CallErrorKind::Precondition
            | CallErrorKind::Conflict
            | CallErrorKind::NotFound
            | CallErrorKind::Unknown
            | CallErrorKind::NotSent => moved(error.to_string()),
            CallErrorKind::Denied | CallErrorKind::Credentials | CallErrorKind::Throttled | CallErrorKind::Rejected => {
                self.failed(step, attempt(step.to_string())(error))
            }
        })
    }

    fn failed(&self, step: &Step, error: OperationError) -> StepFailure {
        StepFailure::Failed { step: step.to_string(), error }
    }
}

fn moved(reason: impl Into<String>) -> StepFailure {
    StepFailure::WorldMoved { reason: reason.into() }
}

fn published(step: &Step, learned: &Learned) -> Result<VersionNumber, StepFailure> {
    learned.published.map(|(version, _)| version).ok_or_else(|| StepFailure::Failed {
        step: step.to_string(),
        error: OperationError::Usage { message: format!("the plan has `{step}` before any publication"), hint: None },
    })
}

fn alias_changed(alias: LiveAlias, learned: &mut Learned) -> StepOutcome {
    learned.alias_revision.clone_from(&alias.revision);
    learned.serving = alias.version;
    StepOutcome::AliasChanged { revision: alias.revision, version: alias.version }
}

enum Progress {
    Under,
    Done,
    Failed(String),
}

fn settled_update(function: &LiveFunction) -> Progress {
    match (&function.update, &function.state) {
        (Some(UpdateStatus::Failed { reason }), _) | (_, State::Failed { reason }) => Progress::Failed(reason.clone()),
        (Some(UpdateStatus::Successful), State::Active | State::Inactive) => Progress::Done,
        _ => Progress::Under,
    }
}
