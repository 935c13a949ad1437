//! Publishing, reading, listing and deleting layer versions, and attaching them to functions.

use std::collections::BTreeMap;

use crate::{
    code::{Package, UNZIPPED_LIMIT},
    error::{ApiError, constraint},
    layer::{AttachedLayer, Layer, LayerArn, LayerVersion, is_layer_name},
    layer_request::{LayerVersionTarget, ListLayerVersions, PublishLayerVersion},
    model::Call,
    page::{self, Position},
    response::{LayerContent, LayerVersionReply, LayersPage, Reply},
    time::last_modified,
};

/// Lists hold at most this many, whatever is asked for.
const MOST: i64 = 50;
const NAME_PATTERN: &str = "(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+";
const ARN_PATTERN: &str = "arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+";

impl Call<'_> {
    pub(crate) fn publish_layer_version(&mut self, input: &PublishLayerVersion) -> Result<Reply, ApiError> {
        let failures = publication_failures(input);
        if !failures.is_empty() {
            return Err(ApiError::validation(&failures));
        }
        let name = self.layer_name(&input.layer_name)?;
        let package = self.package(&input.content, None)?;
        let version = LayerVersion {
            description: input.description.clone().unwrap_or_default(),
            license_info: input.license_info.clone(),
            compatible_runtimes: input.compatible_runtimes.clone(),
            compatible_architectures: input.compatible_architectures.clone(),
            package,
            created: self.now,
        };
        let layer = self.model.state.layers.entry(name.clone()).or_default();
        // A new version also for the same contents; numbers are never given out twice.
        layer.published += 1;
        let number = layer.published;
        layer.versions.insert(number, version.clone());
        self.model.changed_mut().layers.insert(name.clone());
        Ok(Reply::LayerVersion(Box::new(self.layer_view(&name, number, &version, Contents::Shown))))
    }

    pub(crate) fn get_layer_version(&mut self, target: &LayerVersionTarget) -> Result<Reply, ApiError> {
        let number = layer_number(target)?;
        let name = self.layer_name(&target.layer_name)?;
        self.shown_layer(&name, number)
    }

    pub(crate) fn get_layer_version_by_arn(&mut self, arn: &str) -> Result<Reply, ApiError> {
        let Some(LayerArn { region, account, name, version: Some(version) }) = LayerArn::parse(arn) else {
            let text = format!("Member must satisfy regular expression pattern: {ARN_PATTERN}");
            return Err(ApiError::validation(&[constraint(arn, "arn", &text)]));
        };
        if account != self.model.home().account {
            return Err(ApiError::another_account());
        }
        if region != self.model.home().region {
            return Err(ApiError::no_such_resource());
        }
        self.shown_layer(name, version)
    }

    pub(crate) fn list_layer_versions(&mut self, input: &ListLayerVersions) -> Result<Reply, ApiError> {
        let fits = |version: &LayerVersion| {
            says(version.compatible_runtimes.as_ref(), input.compatible_runtime.as_ref())
                && says(version.compatible_architectures.as_ref(), input.compatible_architecture.as_ref())
        };
        let Some(layer_name) = &input.layer_name else {
            let newest = |(name, layer): (&String, &Layer)| {
                let (number, version) = layer.versions.iter().rev().find(|(_, version)| fits(version))?;
                Some(((name.clone(), 0), self.layer_view(name, *number, version, Contents::Left)))
            };
            let items: Vec<(Position, LayerVersionReply)> = self.model.state.layers.iter().filter_map(newest).collect();
            let (items, next_marker) = page::cut(items, &input.page, MOST)?;
            return Ok(Reply::Layers(LayersPage { items, next_marker }));
        };
        let name = self.layer_name(layer_name)?;
        let versions = self.model.state.layers.get(&name).map(|layer| &layer.versions);
        // Newest first: positions count down.
        let items =
            versions.into_iter().flatten().rev().filter(|(_, version)| fits(version)).map(|(number, version)| {
                ((name.clone(), u64::MAX - number), self.layer_view(&name, *number, version, Contents::Left))
            });
        let (items, next_marker) = page::cut(items.collect(), &input.page, MOST)?;
        Ok(Reply::LayerVersions(LayersPage { items, next_marker }))
    }

    pub(crate) fn delete_layer_version(&mut self, target: &LayerVersionTarget) -> Result<Reply, ApiError> {
        let number = layer_number(target)?;
        let name = self.layer_name(&target.layer_name)?;
        if let Some(layer) = self.model.state.layers.get_mut(&name)
            && layer.versions.remove(&number).is_some()
        {
            self.model.changed_mut().layers.insert(name);
        }
        Ok(Reply::Empty)
    }

    /// What a function's `Layers` name, in their order.
    pub(crate) fn attach(&self, arns: &[String]) -> Result<Vec<AttachedLayer>, ApiError> {
        if arns.len() > 5 {
            return Err(ApiError::invalid("Cannot reference more than 5 layers."));
        }
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let mut attached = Vec::with_capacity(arns.len());
        for arn in arns {
            let layer = arn.rsplit_once(':').map_or(arn.as_str(), |(layer, _)| layer);
            if let Some(other) = seen.insert(layer, arn) {
                return Err(ApiError::invalid(format!(
                    "Two different versions of the same layer are not allowed to be referenced in the same function. {other} and {arn} are versions of the same layer."
                )));
            }
            attached.push(AttachedLayer { arn: arn.clone(), package: self.layer_package(arn)? });
        }
        Ok(attached)
    }

    fn layer_package(&self, arn: &str) -> Result<Package, ApiError> {
        let home = self.model.home();
        let Some(LayerArn { region, account, name, version: Some(version) }) = LayerArn::parse(arn) else {
            let text = format!(
                "Member must satisfy constraint: [Member must satisfy regular expression pattern: {ARN_PATTERN}]"
            );
            return Err(ApiError::validation(&[constraint(&format!("[{arn}]"), "layers", &text)]));
        };
        if region != home.region {
            return Err(ApiError::invalid(format!(
                "Layers are not in the same region as the function. Layers are expected to be in region {}.",
                home.region
            )));
        }
        if account != home.account {
            return Err(ApiError::not_implemented("layers of other accounts"));
        }
        let layer = self.model.state.layers.get(name);
        let found = layer.and_then(|layer| layer.versions.get(&version));
        found
            .map(|found| found.package.clone())
            .ok_or_else(|| ApiError::invalid(format!("Layer version {arn} does not exist.")))
    }

    fn shown_layer(&self, name: &str, number: u64) -> Result<Reply, ApiError> {
        let layer = self.model.state.layers.get(name);
        let version = layer.and_then(|layer| layer.versions.get(&number)).ok_or_else(ApiError::no_such_resource)?;
        Ok(Reply::LayerVersion(Box::new(self.layer_view(name, number, version, Contents::Shown))))
    }

    fn layer_view(&self, name: &str, number: u64, version: &LayerVersion, contents: Contents) -> LayerVersionReply {
        let layer_arn = self.model.home().layer_arn(name);
        LayerVersionReply {
            layer_version_arn: format!("{layer_arn}:{number}"),
            layer_arn,
            version: number,
            description: version.description.clone(),
            created_date: last_modified(version.created),
            compatible_runtimes: version.compatible_runtimes.clone(),
            compatible_architectures: version.compatible_architectures.clone(),
            license_info: version.license_info.clone(),
            content: (contents == Contents::Shown).then(|| LayerContent {
                location: None,
                code_sha256: version.package.code_sha256.clone(),
                code_size: version.package.size,
            }),
        }
    }

    /// The name in a request, which may be the layer's ARN.
    fn layer_name(&self, asked: &str) -> Result<String, ApiError> {
        if is_layer_name(asked) && asked.len() <= 140 {
            return Ok(asked.to_owned());
        }
        let home = self.model.home();
        match LayerArn::parse(asked) {
            Some(LayerArn { account, .. }) if account != home.account => Err(ApiError::another_account()),
            Some(LayerArn { region, name, version: None, .. }) if region == home.region => Ok(name.to_owned()),
            _ => Err(ApiError::validation(&name_failure(asked).into_iter().collect::<Vec<_>>())),
        }
    }
}

/// Whether a view tells what is in a version: lists do not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Contents {
    Shown,
    Left,
}

/// The functions' code with all that is attached to it must stay below a limit. The text is the one that users report;
/// it is not among the recorded ones.
pub(crate) fn check_size(package: &Package, layers: &[AttachedLayer]) -> Result<(), ApiError> {
    let size = layers.iter().map(|layer| layer.package.unzipped_size).sum::<u64>() + package.unzipped_size;
    if layers.is_empty() || size <= UNZIPPED_LIMIT {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Function code combined with layers exceeds the maximum allowed size of {UNZIPPED_LIMIT} bytes. The actual size is {size} bytes."
    )))
}

/// Whether a version says that it suits what is asked for; whoever asks for nothing is suited.
fn says(said: Option<&Vec<String>>, asked: Option<&String>) -> bool {
    asked.is_none_or(|asked| said.is_some_and(|said| said.contains(asked)))
}

fn layer_number(target: &LayerVersionTarget) -> Result<u64, ApiError> {
    match u64::try_from(target.version_number) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(ApiError::invalid("Layer Version Cannot be less than 1")),
    }
}

fn name_failure(name: &str) -> Option<String> {
    if name.len() > 140 {
        return Some(constraint(name, "layerName", "Member must have length less than or equal to 140"));
    }
    let good = is_layer_name(name) || LayerArn::parse(name).is_some_and(|arn| arn.version.is_none());
    let text = format!("Member must satisfy regular expression pattern: {NAME_PATTERN}");
    (!good).then(|| constraint(name, "layerName", &text))
}

/// Failures that AWS reports together as one ValidationException.
fn publication_failures(input: &PublishLayerVersion) -> Vec<String> {
    let longer = |text: Option<&String>, member: &str, most: usize| {
        let text = text.filter(|text| text.chars().count() > most)?;
        Some(constraint(text, member, &format!("Member must have length less than or equal to {most}")))
    };
    let more = |list: Option<&Vec<String>>, member: &str, most: usize| {
        let list = list.filter(|list| list.len() > most)?;
        let written = format!("[{}]", list.join(", "));
        Some(constraint(&written, member, &format!("Member must have length less than or equal to {most}")))
    };
    let architectures = input.compatible_architectures.as_ref();
    let unknown = architectures.and_then(|list| list.iter().find(|name| !matches!(name.as_str(), "x86_64" | "arm64")));
    [
        name_failure(&input.layer_name),
        longer(input.description.as_ref(), "description", 256),
        longer(input.license_info.as_ref(), "licenseInfo", 512),
        more(input.compatible_runtimes.as_ref(), "compatibleRuntimes", 15),
        more(architectures, "compatibleArchitectures", 2),
        unknown.map(|name| {
            constraint(
                &format!("[{name}]"),
                "compatibleArchitectures",
                "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64]]",
            )
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}
