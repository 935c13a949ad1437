//! Functions that something else has built: folders with a `bootstrap`.

use super::detect::{Company, Evidence, Found, names_for};
use super::folders::{Folders, join};
use crate::builder::Builder;

/// The name of the program that Lambda starts for `provided.*`.
pub(super) const BOOTSTRAP: &str = "bootstrap";

pub(super) fn find(folders: &Folders<'_>) -> Vec<Found> {
    let bootstraps = folders.folders_with(BOOTSTRAP).into_iter();
    bootstraps
        .map(|folder| Found {
            names: names_for(folder, BOOTSTRAP, Company::Alone),
            folder: folder.to_owned(),
            builder: Builder::Prebuilt { path: ".".to_owned() },
            runtime: "provided.al2023".to_owned(),
            handler: BOOTSTRAP.to_owned(),
            evidence: vec![Evidence {
                file: join(folder, BOOTSTRAP),
                line: None,
                what: "the program that Lambda starts".to_owned(),
            }],
            doubts: vec!["nothing builds it: see that it is made before it is deployed".to_owned()],
        })
        .collect()
}
