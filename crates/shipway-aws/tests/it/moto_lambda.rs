//! Lambda, STS and roles against moto: accounts are really separate there. (Its Lambda has no RevisionIds and no
//! states, and lacks some operations: what it does not have must not stop a deployment.)

use sha2::{Digest as _, Sha256};
use shipway_core::contract::EnvironmentNames;
use shipway_core::digest::ArtifactDigest;
use shipway_core::names::{Architecture, FunctionName, Qualifier, Version, VersionNumber};
use shipway_engine::ports::{
    ArtifactFile, CodeSigning, CodeSource, CreateAlias, Identity as _, Lambda as _, PublishVersion, Store as _,
    UpdateAlias, UpdateFunctionCode,
};
use tempfile::TempDir;

use crate::moto;
use crate::recorded::clients;

const ROLE: &str = "arn:aws:iam::222222222222:role/deployer";

fn function() -> FunctionName {
    "orders".parse().unwrap()
}

#[tokio::test]
async fn a_role_leads_into_its_account() {
    let own = clients(moto::url(), None).await.identity().account().await.unwrap();
    assert_eq!(own.as_str(), "123456789012");
    let clients = clients(moto::url(), Some(ROLE)).await;
    assert_eq!(clients.identity().account().await.unwrap().as_str(), "222222222222");
    let folder = TempDir::new().unwrap();
    let names = clients.lambda(folder.path().to_owned()).list_function_names().await.unwrap();
    assert_eq!(names, ["elsewhere".parse().unwrap()]);
}

#[tokio::test]
async fn a_function_is_read_published_and_aliased() {
    let folder = TempDir::new().unwrap();
    let lambda = clients(moto::url(), None).await.lambda(folder.path().to_owned());
    let live = lambda.get_function(&function(), &Qualifier::Unqualified).await.unwrap().unwrap();
    assert_eq!((live.version, live.revision, live.architecture), (Version::Latest, None, Architecture::X86_64));
    assert_eq!(live.configuration.environment, EnvironmentNames::Known(["TABLE_NAME".to_owned()].into()));
    assert_eq!(lambda.get_function(&"absent".parse().unwrap(), &Qualifier::Unqualified).await, Ok(None));
    assert_eq!(lambda.get_alias(&function(), &"absent".parse().unwrap()).await, Ok(None));

    let publish = PublishVersion {
        function: function(),
        code_sha256: live.code_sha256,
        revision: None,
        description: "a commit".to_owned(),
    };
    let published = lambda.publish_version(&publish).await.unwrap();
    let first = VersionNumber(1);
    assert_eq!(published.version, Version::Published(first));
    let create = CreateAlias { function: function(), alias: "live".parse().unwrap(), version: first };
    let alias = lambda.create_alias(&create).await.unwrap();
    assert_eq!(lambda.get_alias(&function(), &create.alias).await, Ok(Some(alias)));
    let update = UpdateAlias { function: function(), alias: create.alias, version: Version::Latest, revision: None };
    assert_eq!(lambda.update_alias(&update).await.unwrap().version, Version::Latest);
}

#[tokio::test]
async fn what_moto_does_not_have_counts_as_none() {
    let folder = TempDir::new().unwrap();
    let lambda = clients(moto::url(), None).await.lambda(folder.path().to_owned());
    assert_eq!(lambda.unqualified_callers(&function()).await, Ok(Vec::new()));
    assert_eq!(lambda.code_signing(&function()).await, Ok(CodeSigning::Absent));
}

/// A zip without entries, and a comment that makes each different: moto looks no further.
fn zip(folder: &TempDir, comment: &str) -> ArtifactFile {
    let mut bytes = b"PK\x05\x06".to_vec();
    bytes.extend([0; 16]);
    bytes.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
    bytes.extend(comment.as_bytes());
    let path = folder.path().join(comment);
    std::fs::write(&path, &bytes).unwrap();
    ArtifactFile { artifact: ArtifactDigest(Sha256::digest(&bytes).into()), bytes: bytes.len() as u64, path }
}

#[tokio::test]
async fn code_is_updated_in_another_account_directly_and_through_its_store() {
    let folder = TempDir::new().unwrap();
    let clients = clients(moto::url(), Some(ROLE)).await;
    let lambda = clients.lambda(folder.path().to_owned());
    let function: FunctionName = "elsewhere".parse().unwrap();
    let unqualified = Qualifier::Unqualified;
    let live = lambda.get_function(&function, &unqualified).await.unwrap().unwrap();

    let direct = zip(&folder, "direct");
    let architecture = live.architecture;
    let code = CodeSource::Direct(direct.clone());
    let request = UpdateFunctionCode { function: function.clone(), code, architecture, revision: live.revision };
    let updated = lambda.update_function_code(&request).await.unwrap();
    assert_eq!(updated.code_sha256, direct.artifact.code_sha256());

    let stored = zip(&folder, "stored");
    let store = clients.s3_store("s3://elsewhere/store".parse().unwrap(), None, folder.path().to_owned());
    store.put_artifact(&stored).await.unwrap();
    let code = CodeSource::Object(store.artifact_location(&stored.artifact).await.unwrap().unwrap());
    lambda.update_function_code(&UpdateFunctionCode { code, ..request }).await.unwrap();
    let live = lambda.get_function(&function, &unqualified).await.unwrap().unwrap();
    assert_eq!(live.code_sha256, stored.artifact.code_sha256());
}
