//! The ledger of one target in the store.
//!
//! Creating entry n+1 is the compare-and-swap: whoever creates it was right about the present. After any answer that
//! leaves doubt the entry is read back: with this writer's nonce it is won, with another's it is lost, absent it is
//! tried again.

use shipway_core::digest::EntryDigest;
use shipway_core::ledger::{
    ChainError, ENTRY_VERSION, Entry, Event, Head, HeadState, IllegalEvent, Present, State, fold, read_present,
    verify_history,
};
use shipway_core::names::{EnvironmentName, ProjectName, Target};
use shipway_core::store_layout::{self, StorePrefix};
use shipway_core::target_name::TargetName;

use crate::OperationError;
use crate::context::Ports;
use crate::ports::{Created, ETag, Replaced, StoreError, StoreErrorKind};

/// How often a creation of which nobody knows is tried before its last error is handed on.
const ATTEMPTS: u32 = 4;

/// The ledger of one target, and the head that reflects it.
#[derive(Debug, Clone)]
pub(crate) struct TargetLedger {
    target: Target,
    name: TargetName,
    entries: StorePrefix,
    head: store_layout::StoreKey,
}

/// An entry could not be appended.
#[derive(Debug)]
pub(crate) enum AppendError {
    /// Somebody else wrote an entry first; the present has to be read again.
    Lost,
    /// The ledger's state does not allow the event.
    Illegal(IllegalEvent),
    /// The store failed.
    Store(StoreError),
}

impl TargetLedger {
    /// The ledger of `target`, and the head of what is called `name` in `environment`.
    #[must_use]
    pub(crate) fn new(
        target: &Target,
        project: &ProjectName,
        environment: &EnvironmentName,
        name: &TargetName,
    ) -> Self {
        Self {
            target: target.clone(),
            name: name.clone(),
            entries: store_layout::ledger(target),
            head: store_layout::head(project, environment, name),
        }
    }

    /// The target.
    #[must_use]
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// What the target is called.
    #[must_use]
    pub(crate) fn name(&self) -> &TargetName {
        &self.name
    }

    /// The newest entry, checked; `None` for an empty ledger.
    ///
    /// # Errors
    /// When the store fails, or the ledger was edited or is newer than this program.
    pub(crate) async fn present(&self, ports: &Ports<'_>) -> Result<Option<Present>, OperationError> {
        let head = self.read_head(ports).await?.map(|(head, _)| head);
        let remembered = head.map(|head| (head.ledger_number, head.ledger_entry));
        // The listing starts before the remembered entry, so that the one before the newest is in it.
        let after = remembered
            .and_then(|(number, _)| number.checked_sub(2))
            .filter(|number| *number > 0)
            .map(|number| self.entries.numbered(number));
        let listed = ports.store.list(&self.entries, after.as_ref()).await?;
        let mut numbers: Vec<u64> = listed.iter().filter_map(|object| self.entries.number_of(&object.key)).collect();
        numbers.sort_unstable();
        let Some(newest) = numbers.pop() else {
            return match remembered {
                None => Ok(None),
                Some((number, _)) => Err(self.chain(ChainError::Edited { number, reason: "it is missing".to_owned() })),
            };
        };
        let bytes = self.entry_bytes(ports, newest).await?;
        let before = match newest.checked_sub(1).filter(|number| *number > 0) {
            Some(number) => Some((number, self.entry_bytes(ports, number).await?)),
            None => None,
        };
        let before = before.as_ref().map(|(number, bytes)| (*number, bytes.as_slice()));
        read_present((newest, &bytes), before, remembered).map(Some).map_err(|error| self.chain(error))
    }

    /// Every entry, oldest first, checked.
    ///
    /// # Errors
    /// When the store fails, or at the first entry that is damaged or edited.
    pub(crate) async fn history(&self, ports: &Ports<'_>) -> Result<Vec<Entry>, OperationError> {
        let listed = ports.store.list(&self.entries, None).await?;
        let mut entries = Vec::with_capacity(listed.len());
        for number in listed.iter().filter_map(|object| self.entries.number_of(&object.key)) {
            entries.push((number, self.entry_bytes(ports, number).await?));
        }
        verify_history(&entries).map_err(|error| self.chain(error))
    }

    /// Appends `event` to `present`, and lets the head reflect it.
    ///
    /// # Errors
    /// See [`AppendError`]. A head that cannot be written is no error: it is told as a warning and can be rebuilt.
    pub(crate) async fn append(
        &self,
        ports: &Ports<'_>,
        present: Option<&Present>,
        event: Event,
    ) -> Result<Present, AppendError> {
        let entry = self.next_entry(ports, present, event).map_err(AppendError::Illegal)?;
        let (bytes, digest) = entry.to_bytes();
        self.create(ports, &entry, &bytes).await?;
        let present = Present { entry, digest, head: HeadState::Current };
        self.reflect(ports, &present).await;
        Ok(present)
    }

    /// Lets the head reflect `present`, unless it reflects something newer. That it cannot be written is told as a
    /// warning: it can be rebuilt.
    pub(crate) async fn reflect(&self, ports: &Ports<'_>, present: &Present) {
        if let Err(reason) = self.write_head(ports, present).await {
            ports.reporter.report(crate::ports::Event::Warning {
                function: None,
                message: format!("the head of {} could not be written ({reason}); the ledger has it", self.target),
            });
        }
    }

    fn next_entry(&self, ports: &Ports<'_>, present: Option<&Present>, event: Event) -> Result<Entry, IllegalEvent> {
        let (writer, at) = (ports.machine.writer(), ports.clock.now());
        let state: State = fold(present.map(Present::state), &event, &writer, at)?;
        Ok(Entry {
            version: ENTRY_VERSION,
            number: present.map_or(1, |present| present.entry.number + 1),
            previous: present.map(|present| present.digest),
            nonce: ports.entropy.nonce(),
            at,
            writer,
            event,
            state,
        })
    }

    async fn create(&self, ports: &Ports<'_>, entry: &Entry, bytes: &[u8]) -> Result<(), AppendError> {
        let key = self.entries.numbered(entry.number);
        let mut attempt = 1;
        loop {
            let doubt = match ports.store.create(&key, bytes).await {
                Ok(Created::Created) => return Ok(()),
                Ok(Created::Exists) => None,
                Err(error) if error.kind == StoreErrorKind::Unknown => Some(error),
                Err(error) => return Err(AppendError::Store(error)),
            };
            match ports.store.get(&key).await.map_err(AppendError::Store)? {
                Some(stored) if is_entry_of(&stored.bytes, entry) => return Ok(()),
                Some(_) => return Err(AppendError::Lost),
                None if attempt < ATTEMPTS => attempt += 1,
                None => {
                    return Err(doubt.map_or(AppendError::Lost, AppendError::Store));
                }
            }
        }
    }

    async fn entry_bytes(&self, ports: &Ports<'_>, number: u64) -> Result<Vec<u8>, OperationError> {
        let stored = ports.store.get(&self.entries.numbered(number)).await?;
        stored
            .map(|stored| stored.bytes)
            .ok_or_else(|| self.chain(ChainError::Edited { number, reason: "it is missing".to_owned() }))
    }

    /// The head and its tag. A head that cannot be read is treated as absent: the ledger is the truth.
    async fn read_head(&self, ports: &Ports<'_>) -> Result<Option<(Head, ETag)>, OperationError> {
        let stored = ports.store.get(&self.head).await?;
        Ok(stored.and_then(|stored| {
            let head: Head = serde_json::from_slice(&stored.bytes).ok()?;
            self.is_mine(&head).then_some((head, stored.etag))
        }))
    }

    /// A function may have moved to another target (a new alias, say); then its head tells of the old one.
    fn is_mine(&self, head: &Head) -> bool {
        head.function_name == self.target.function
            && head.account == self.target.account
            && head.region == self.target.region
            && head.alias.as_deref() == self.target.serving.alias().map(|alias| alias.as_str())
    }

    async fn write_head(&self, ports: &Ports<'_>, present: &Present) -> Result<(), String> {
        let entry = &present.entry;
        let head = Head::reflecting(&self.target, entry.number, present.digest, entry.at, &entry.state);
        let bytes = serde_json::to_vec(&head).expect("a head always has a JSON form");
        for _ in 0..ATTEMPTS {
            let stored = ports.store.get(&self.head).await.map_err(|error| error.to_string())?;
            let known: Option<Head> = stored.as_ref().and_then(|stored| serde_json::from_slice(&stored.bytes).ok());
            if known.is_some_and(|known| self.is_mine(&known) && known.ledger_number >= entry.number) {
                return Ok(());
            }
            let expected = stored.as_ref().map(|stored| &stored.etag);
            match ports.store.replace(&self.head, &bytes, expected).await {
                Ok(Replaced::Replaced(_)) => return Ok(()),
                Ok(Replaced::Changed) => {}
                Err(error) if error.kind == StoreErrorKind::Unknown => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Err("others kept writing it".to_owned())
    }

    fn chain(&self, source: ChainError) -> OperationError {
        OperationError::Ledger { target: self.target.to_string(), source }
    }
}

/// Whether these bytes are this writer's very entry.
fn is_entry_of(bytes: &[u8], entry: &Entry) -> bool {
    let (mine, digest) = entry.to_bytes();
    bytes == mine.as_slice() && EntryDigest::of(bytes) == digest
}

impl AppendError {
    /// The error for somebody who has no use for the difference.
    #[must_use]
    pub(crate) fn into_operation_error(self, target: &Target) -> OperationError {
        match self {
            Self::Lost => OperationError::TakenOver { target: target.to_string(), by: "somebody else".to_owned() },
            Self::Illegal(source) => OperationError::Illegal { target: target.to_string(), source },
            Self::Store(error) => OperationError::Store(error),
        }
    }
}
