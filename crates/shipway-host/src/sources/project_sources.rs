//! The port: lists the project's files once for all functions that look at the same time, selects, reads.

use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use shipway_core::build::{FunctionBuild, Source};
use shipway_engine::ports::{BuildFailure, Sources};

use super::contents;
use super::listing::{self, Listing};
use super::selection;
use crate::environment::CallerEnvironment;
use crate::failure;
use crate::git::Repository;

type SharedListing = Shared<LocalBoxFuture<'static, Result<Arc<Listing>, BuildFailure>>>;

/// Looks at the inputs of a project's functions.
pub struct ProjectSources {
    folder: PathBuf,
    environment: CallerEnvironment,
    /// A listing that was asked for and has not begun: who asks meanwhile shares it. One that has begun is never
    /// shared, since a look must see what was there when it was asked for.
    next: Rc<RefCell<Option<SharedListing>>>,
}

impl fmt::Debug for ProjectSources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ProjectSources").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl ProjectSources {
    /// Looks at the project in `folder`; build variables are read from `environment`.
    #[must_use]
    pub fn new(folder: &Path, environment: CallerEnvironment) -> Self {
        Self { folder: folder.to_owned(), environment, next: Rc::default() }
    }

    async fn listing(&self) -> Result<Arc<Listing>, BuildFailure> {
        let shared = self.next.borrow_mut().get_or_insert_with(|| self.begin_listing()).clone();
        // Lets the looks of other functions, which run beside this one, join before the listing begins.
        tokio::task::yield_now().await;
        shared.await
    }

    fn begin_listing(&self) -> SharedListing {
        let (project, next) = (Repository::new(&self.folder, &self.environment), Rc::clone(&self.next));
        let listing = async move {
            next.borrow_mut().take();
            listing::list(&project).await.map(Arc::new)
        };
        listing.boxed_local().shared()
    }
}

#[async_trait(?Send)]
impl Sources for ProjectSources {
    async fn look(&self, build: &FunctionBuild) -> Result<Source, BuildFailure> {
        let variables = self.environment.digests(&build.variables)?;
        let listing = self.listing().await?;
        let (folder, order) = (self.folder.clone(), build.clone());
        let read = move || contents::read(&folder, selection::select(&folder, &listing, &order)?);
        let files = tokio::task::spawn_blocking(read).await.map_err(|error| failure::broken_off(&error))??;
        Ok(Source::new(build, files, variables))
    }
}
