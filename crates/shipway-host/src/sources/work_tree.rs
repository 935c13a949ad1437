//! The project's folder as it is now, looked at once for all who ask at the same time: functions for their inputs, git's
//! adapter for the state of the work tree.
//!
//! With a folder to remember in, git is only asked when something changed on which its answer depends, and files are only
//! read when they changed. Without one, everything is asked and read each time. The answers are the same.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use shipway_core::build::{FunctionBuild, Source, SourceFile};
use shipway_engine::ports::{BuildFailure, GitError, Head};
use shipway_package::{MemoryDraft, Moment, Stamp};

use super::content_cache::ContentCache;
use super::contents;
use super::head_memory::{RecordedHead, Seen, work_tree};
use super::listing::{self, Listing, is_own};
use super::listing_check::{Checked, check, check_inputs};
use super::listing_memory::{Input, ListingMemory, joined};
use super::listing_record::{environment_digest, record, settled_input};
use super::selection::{self, Selection};
use crate::environment::CallerEnvironment;
use crate::failure;
use crate::git::{Repository, Status};

/// What one look found: the listing, and where it was known without git, the memory and what was checked of it.
#[derive(Debug, Clone)]
struct Looked {
    listing: Arc<Listing>,
    known: Option<(Arc<ListingMemory>, Arc<Checked>)>,
}

type SharedLook = Shared<LocalBoxFuture<'static, Result<Looked, BuildFailure>>>;

/// After so many looks at parts of the project, all of it is looked at.
const MOST_LOOKS: usize = 6;

/// What one look at a part of the project came to.
enum Chosen {
    Files(BTreeMap<String, SourceFile>),
    NeedsMore(BTreeSet<String>),
}

/// A look that was asked for and has not begun: who asks meanwhile shares it.
struct NextLook {
    prefixes: Rc<RefCell<BTreeSet<String>>>,
    look: SharedLook,
}

/// Looks at a project's folder. Clones look at it together.
#[derive(Clone)]
pub struct WorkTree {
    shared: Rc<Parts>,
}

struct Parts {
    folder: PathBuf,
    environment: CallerEnvironment,
    /// Where to remember, if at all.
    memory_folder: Option<PathBuf>,
    contents: OnceCell<Arc<ContentCache>>,
    listing: RefCell<Remembered>,
    /// A look that has begun is never shared, since each must see what was there when it was asked for.
    next: RefCell<Option<NextLook>>,
}

#[derive(Default)]
enum Remembered {
    #[default]
    NotRead,
    Read {
        memory: Option<Arc<ListingMemory>>,
        is_changed: bool,
    },
}

impl fmt::Debug for WorkTree {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WorkTree").field("folder", &self.shared.folder).finish_non_exhaustive()
    }
}

impl WorkTree {
    /// The project in `folder`; nothing is remembered.
    #[must_use]
    pub fn new(folder: &Path, environment: CallerEnvironment) -> Self {
        Self::open(folder, environment, None)
    }

    /// The project in `folder`; what was found out is remembered in the folder `cache` below `machine_folder`.
    #[must_use]
    pub fn remembering(folder: &Path, environment: CallerEnvironment, machine_folder: &Path) -> Self {
        Self::open(folder, environment, Some(machine_folder.join("cache")))
    }

    fn open(folder: &Path, environment: CallerEnvironment, memory_folder: Option<PathBuf>) -> Self {
        let shared = Parts {
            folder: folder.to_owned(),
            environment,
            memory_folder,
            contents: OnceCell::new(),
            listing: RefCell::default(),
            next: RefCell::default(),
        };
        Self { shared: Rc::new(shared) }
    }

    /// The inputs of a build, as they are now.
    pub(crate) async fn source(&self, build: &FunctionBuild) -> Result<Source, BuildFailure> {
        let variables = self.shared.environment.digests(&build.variables)?;
        let mut prefixes = selection::folders(build);
        let mut looks = 0;
        let files = loop {
            match self.files(build, prefixes.clone()).await? {
                Chosen::Files(files) => break files,
                // A manifest leads to further folders, whose manifests may lead further.
                Chosen::NeedsMore(folders) if looks < MOST_LOOKS => prefixes.extend(folders),
                Chosen::NeedsMore(_) => prefixes = vec![String::new()],
            }
            looks += 1;
        };
        Ok(Source::new(build, files, variables))
    }

    async fn files(&self, build: &FunctionBuild, prefixes: Vec<String>) -> Result<Chosen, BuildFailure> {
        let looked = self.look(prefixes).await?;
        let (folder, order, contents) = (self.shared.folder.clone(), build.clone(), self.shared.contents());
        let read = move || match selection::select(&folder, &looked.listing, &order)? {
            Selection::Complete(selected) => contents::read(&folder, selected, contents.as_deref()).map(Chosen::Files),
            Selection::NeedsMore(folders) => Ok(Chosen::NeedsMore(folders)),
        };
        tokio::task::spawn_blocking(read).await.map_err(|error| failure::broken_off(&error))?
    }

    async fn look(&self, prefixes: Vec<String>) -> Result<Looked, BuildFailure> {
        let (look, asked) = {
            let mut next = self.shared.next.borrow_mut();
            let next = next.get_or_insert_with(|| self.next_look());
            next.prefixes.borrow_mut().extend(prefixes);
            (next.look.clone(), Rc::clone(&next.prefixes))
        };
        // Lets the looks of others, which run beside this one, join before it begins. They do not come all at once: who
        // waits for many futures polls some, and yields.
        let mut joined = 0;
        while joined != asked.borrow().len() {
            joined = asked.borrow().len();
            tokio::task::yield_now().await;
        }
        look.await
    }

    fn next_look(&self) -> NextLook {
        let prefixes: Rc<RefCell<BTreeSet<String>>> = Rc::default();
        let (shared, asked) = (Rc::clone(&self.shared), Rc::clone(&prefixes));
        let look = async move {
            shared.next.borrow_mut().take();
            let prefixes = asked.borrow().iter().cloned().collect();
            shared.begin(prefixes).await
        };
        NextLook { prefixes, look: look.boxed_local().shared() }
    }

    /// What git says of the project as a whole, from memory or by asking.
    pub(crate) async fn head(&self, repository: &Repository) -> Result<Head, GitError> {
        let looked = match self.shared.memory_folder {
            // What cannot be listed is said to whoever needs the listing.
            Some(_) => self.look(vec![String::new()]).await.ok(),
            None => None,
        };
        let Some(looked) = looked else { return Ok(repository.status().await?.head()) };
        let known = match looked.known {
            Some(known) => Some(known),
            // Git was just asked: perhaps all that its answer depends on is known now.
            None => self.shared.check_now(vec![String::new()]).await,
        };
        let Some((memory, checked)) = known else { return Ok(repository.status().await?.head()) };
        if let Some(head) = self.shared.known_head(&memory, &checked).await {
            return Ok(head);
        }
        let status = repository.status().await?;
        self.shared.remember_head(&memory, &checked, &status).await;
        Ok(status.head())
    }
}

impl Parts {
    fn repository(&self) -> Repository {
        Repository::new(&self.folder, &self.environment)
    }

    fn contents(&self) -> Option<Arc<ContentCache>> {
        let folder = self.memory_folder.as_ref()?;
        Some(Arc::clone(self.contents.get_or_init(|| Arc::new(ContentCache::open(&folder.join("contents.memory"))))))
    }

    fn listing_path(&self) -> Option<PathBuf> {
        Some(self.memory_folder.as_ref()?.join("listing.memory"))
    }

    fn memory(&self) -> Option<Arc<ListingMemory>> {
        let mut remembered = self.listing.borrow_mut();
        if let Remembered::NotRead = *remembered {
            let environment = environment_digest(&self.repository());
            let memory = self.listing_path().and_then(|path| ListingMemory::recall(&path));
            let memory = memory.filter(|memory| memory.environment == environment).map(Arc::new);
            *remembered = Remembered::Read { memory, is_changed: false };
        }
        match &*remembered {
            Remembered::Read { memory, .. } => memory.clone(),
            Remembered::NotRead => None,
        }
    }

    fn remember(&self, memory: Option<ListingMemory>) {
        *self.listing.borrow_mut() = Remembered::Read { memory: memory.map(Arc::new), is_changed: true };
    }

    async fn begin(&self, prefixes: Vec<String>) -> Result<Looked, BuildFailure> {
        // Opened first: what is noted from here on is younger.
        let contents = self.contents();
        let repository = self.repository();
        let Some(moment) = contents.and_then(|contents| contents.moment()) else {
            return Ok(Looked { listing: Arc::new(listing::list(&repository).await?), known: None });
        };
        if !listing::is_in_repository(&self.folder) {
            return Ok(Looked { listing: Arc::new(listing::list(&repository).await?), known: None });
        }
        if let Some((memory, checked)) = self.check_now(prefixes.clone()).await {
            let listing = Arc::new(remembered_listing(&memory, &checked, prefixes));
            return Ok(Looked { listing, known: Some((memory, checked)) });
        }
        let listing = listing::list_by_git(&repository).await?;
        self.remember(record(&repository, &listing, moment).await);
        Ok(Looked { listing: Arc::new(listing.without_own()), known: None })
    }

    /// Checks the memory for `prefixes`; `None` if it does not hold.
    async fn check_now(&self, prefixes: Vec<String>) -> Option<(Arc<ListingMemory>, Arc<Checked>)> {
        let moment = self.contents()?.moment()?;
        let (memory, folder) = (self.memory()?, self.folder.clone());
        let checking = Arc::clone(&memory);
        let work = move || check(&folder, &checking, &prefixes, &moment).ok();
        let checked = tokio::task::spawn_blocking(work).await.ok()??;
        let memory = self.refresh(memory, &checked);
        Some((memory, Arc::new(checked)))
    }

    /// Notes the new stamps of folders that hold the same names as before.
    fn refresh(&self, memory: Arc<ListingMemory>, checked: &Checked) -> Arc<ListingMemory> {
        if checked.refreshed.is_empty() {
            return memory;
        }
        let mut newer = ListingMemory::clone(&memory);
        for (index, stamp) in &checked.refreshed {
            if let Some(watched) = &mut newer.folders[*index].watched {
                watched.stamp = Some(*stamp);
            }
        }
        self.remember(Some(newer));
        self.memory().unwrap_or(memory)
    }

    /// What git said of the work tree, if it would say the same now.
    async fn known_head(&self, memory: &Arc<ListingMemory>, checked: &Arc<Checked>) -> Option<Head> {
        let contents = self.contents()?;
        let (folder, memory, checked) = (self.folder.clone(), Arc::clone(memory), Arc::clone(checked));
        let work = move || {
            let head = memory.head.as_ref()?;
            check_inputs(&head.inputs).ok()?;
            let changed = changed_files(&folder, &memory, &checked, head, &contents)?;
            let work_tree = work_tree(&head.dirty, &changed, memory.comparison)?;
            let commit = match &head.commit {
                Some(commit) => Some(commit.parse().ok()?),
                None => None,
            };
            Some(Head { commit, branch: head.branch.clone(), work_tree })
        };
        tokio::task::spawn_blocking(work).await.ok()?
    }

    /// Remembers what git said, if nothing changed while it looked.
    async fn remember_head(&self, memory: &Arc<ListingMemory>, checked: &Arc<Checked>, status: &Status) {
        let Some((contents, moment)) = self.contents().and_then(|it| Some((Arc::clone(&it), it.moment()?))) else {
            return;
        };
        let Some((now, after)) = self.check_now(vec![String::new()]).await else { return };
        if after.stamps != checked.stamps || now.folders.len() != memory.folders.len() {
            return;
        }
        let head = status.head();
        let place = &memory.repository;
        let mut paths = vec![place.git_folder.join("HEAD"), place.common_folder.join("packed-refs")];
        paths.extend(head.branch.iter().map(|branch| place.common_folder.join("refs/heads").join(branch)));
        let inputs: Result<Vec<Input>, _> = paths.into_iter().map(|path| settled_input(path, &moment)).collect();
        // References may be kept in a table instead of files, whose form is not known here.
        let is_known = !place.common_folder.join("reftable").exists();
        let dirty = status.dirty_below(&place.prefix);
        let (Ok(inputs), true, Some(dirty)) = (inputs, is_known, dirty) else { return };
        let Some(files) = seen_files(&now, &after, &contents, &moment) else { return };
        let commit = head.commit.as_ref().map(ToString::to_string);
        let recorded = RecordedHead { commit, branch: head.branch, inputs, dirty, files };
        self.remember(Some(ListingMemory { head: Some(recorded), ..ListingMemory::clone(&now) }));
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        let Remembered::Read { memory, is_changed: true } = std::mem::take(self.listing.get_mut()) else { return };
        let (Some(folder), Some(path)) = (&self.memory_folder, self.listing_path()) else { return };
        let kept = match memory {
            Some(memory) => MemoryDraft::begin(folder)
                .and_then(|draft| draft.keep(&path, ListingMemory::KIND, memory.content().content())),
            None => std::fs::remove_file(&path),
        };
        if let Err(error) = kept {
            tracing::debug!(path = %path.display(), %error, "what git listed is not remembered");
        }
    }
}

/// The part of a listing that was checked.
fn remembered_listing(memory: &ListingMemory, checked: &Checked, prefixes: Vec<String>) -> Listing {
    let mut files = BTreeMap::new();
    for index in &checked.by_name {
        let folder = &memory.folders[*index];
        let paths = folder.files.iter().map(|name| joined(&folder.path, name));
        files.extend(paths.filter(|path| !is_own(path)).map(|path| (path, None)));
    }
    for (index, stamps) in &checked.stamps {
        let folder = &memory.folders[*index];
        let paths = folder.files.iter().map(|name| joined(&folder.path, name));
        // One that is gone is looked for once more, and then left out.
        files.extend(paths.zip(stamps.iter().copied()).filter(|(path, _)| !is_own(path)));
    }
    Listing { files, covered: Some(prefixes.into_iter().collect()), ..Listing::default() }
}

/// Each file of a memory that was checked as a whole, with its stamp.
fn all_files<'a>(
    memory: &'a ListingMemory,
    checked: &'a Checked,
) -> impl Iterator<Item = (String, Option<Stamp>)> + 'a {
    checked.stamps.iter().flat_map(|(index, stamps)| {
        let folder = &memory.folders[*index];
        folder.files.iter().map(|name| joined(&folder.path, name)).zip(stamps.iter().copied())
    })
}

/// The files that are not what git saw; `None` if that is not known of one.
fn changed_files(
    project: &Path,
    memory: &ListingMemory,
    checked: &Checked,
    head: &RecordedHead,
    contents: &ContentCache,
) -> Option<BTreeSet<String>> {
    let mut changed = BTreeSet::new();
    let mut count = 0;
    for ((path, stamp), seen) in all_files(memory, checked).zip(&head.files) {
        count += 1;
        let is_same = match seen {
            Seen::Stamp(before) if *before == stamp => true,
            Seen::Stamp(_) => return None,
            Seen::Content(before) => {
                let known = stamp.and_then(|stamp| contents.find(&path, &stamp));
                let now = match known {
                    Some(known) => Some(known),
                    None => contents::read_one(project, &path, Some(contents)).ok()?,
                };
                now == Some(*before)
            }
        };
        if !is_same {
            changed.insert(path);
        }
    }
    (count == head.files.len()).then_some(changed)
}

/// What is known of each file; `None` where one is too young to know anything of.
fn seen_files(
    memory: &ListingMemory,
    checked: &Checked,
    contents: &ContentCache,
    moment: &Moment,
) -> Option<Vec<Seen>> {
    let seen = |(path, stamp): (String, Option<Stamp>)| match stamp {
        None => Some(Seen::Stamp(None)),
        Some(stamp) => match contents.find(&path, &stamp) {
            Some(file) => Some(Seen::Content(file)),
            None => stamp.is_settled(moment).then_some(Seen::Stamp(Some(stamp))),
        },
    };
    all_files(memory, checked).map(seen).collect()
}
