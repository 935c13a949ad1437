//! What the user of an embedded Lambda may choose.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Duration};

use shipway_lambda_model::{Delays, OmittedArchitectures, Settings, Throttle};

use crate::{executor::ExecutorSettings, observer::Observer};

/// Settings of a [`LocalLambda`](crate::LocalLambda).
#[derive(Debug, Clone)]
pub struct LocalSettings {
    /// Twelve digits. A state folder keeps the account that it was created for.
    pub account: String,
    /// Such as `eu-west-1`. A state folder keeps the region that it was created for.
    pub region: String,
    /// How long transitions take.
    pub delays: Delays,
    /// Rates to enforce, if any.
    pub throttle: Option<Throttle>,
    /// What UpdateFunctionCode does without `Architectures`.
    pub omitted_architectures: OmittedArchitectures,
    /// KMS keys, by ARN, with which callers may not decrypt functions' variables.
    pub sealed_keys: BTreeSet<String>,
    /// Where `S3Bucket` and `S3Key` lead.
    pub objects: ObjectSources,
    /// How functions run.
    pub executor: ExecutorSettings,
    /// How many `Event` invocations may wait or run at once. A further one is answered with 429.
    pub maximum_queued_events: usize,
    /// How long a shutdown waits for `Event` invocations that were accepted.
    pub shutdown_patience: Duration,
    /// Sees every request before and after its effect. For tests.
    pub observer: Option<Arc<dyn Observer>>,
}

impl LocalSettings {
    /// The defaults: account 000000000000, AWS's recorded behaviour, no throttle, no objects.
    pub fn new(region: impl Into<String>, executor: ExecutorSettings) -> LocalSettings {
        LocalSettings {
            account: "000000000000".to_owned(),
            region: region.into(),
            delays: Delays::default(),
            throttle: None,
            omitted_architectures: OmittedArchitectures::default(),
            sealed_keys: BTreeSet::new(),
            objects: ObjectSources::default(),
            executor,
            maximum_queued_events: 1000,
            shutdown_patience: Duration::from_secs(10),
            observer: None,
        }
    }

    pub(crate) fn model_settings(&self) -> Settings {
        Settings {
            delays: self.delays,
            throttle: self.throttle,
            omitted_architectures: self.omitted_architectures,
            sealed_keys: self.sealed_keys.clone(),
            ..Settings::new(&self.account, &self.region)
        }
    }
}

/// Where code given as an S3 object is fetched from. Both may be set; the folder's bucket goes first.
#[derive(Debug, Clone, Default)]
pub struct ObjectSources {
    /// A folder that stands for a bucket.
    pub folder: Option<ObjectFolder>,
    /// `http://127.0.0.1:PORT` of a stand-in for S3, asked for `/BUCKET/KEY` without a signature.
    pub endpoint: Option<String>,
}

/// A folder as a bucket: a key is a path in it.
#[derive(Debug, Clone)]
pub struct ObjectFolder {
    /// The bucket's name.
    pub bucket: String,
    /// The folder.
    pub path: PathBuf,
}
