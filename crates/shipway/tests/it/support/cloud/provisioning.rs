//! What provisioning does, by Lambda's own calls: a tool such as Terraform creates functions, owns their configuration and
//! deletes them. Also what a person does who passes Shipway by.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::world::{ACCOUNT, ALIAS, BUCKET, Cloud, FUNCTION, PATIENCE, RUNTIME, Reply};

/// The access key of everything here; no policy of Shipway's is about it.
pub(crate) const PROVISIONER: &str = "CALLER";

/// A KMS key with which nobody who asks Lambda may decrypt.
pub(crate) const SEALED_KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/sealed";

/// The first package that the Terraform module carries for Python.
pub(crate) const PLACEHOLDER: &[u8] =
    include_bytes!("../../../../../../terraform/modules/function/placeholders/python.zip");

impl Cloud {
    /// Creates the function with these files as its code.
    pub(crate) async fn create_function(&self, files: &[(&str, &str)]) {
        self.create(json!({ "ZipFile": STANDARD.encode(zip_of(files)) })).await;
    }

    /// Creates the function with a zip.
    pub(crate) async fn create_function_with(&self, zip: &[u8]) {
        self.create(json!({ "ZipFile": STANDARD.encode(zip) })).await;
    }

    /// Creates the function with a zip of the bucket.
    pub(crate) async fn create_function_from(&self, key: &str) {
        self.create(json!({ "S3Bucket": BUCKET, "S3Key": key })).await;
    }

    async fn create(&self, code: Value) {
        let request = json!({
            "FunctionName": FUNCTION,
            "Runtime": RUNTIME,
            "Handler": "app.handler",
            "Role": format!("arn:aws:iam::{ACCOUNT}:role/function"),
            "Timeout": 20,
            "MemorySize": 256,
            "Code": code,
        });
        let created = self.send("POST", "", &request).await;
        assert_eq!(created.status, 201, "{:?}", created.body);
        self.settled().await;
    }

    /// Creates the alias.
    pub(crate) async fn create_alias(&self, version: &str) {
        let request = json!({ "Name": ALIAS, "FunctionVersion": version });
        let created = self.send("POST", &format!("/{FUNCTION}/aliases"), &request).await;
        assert_eq!(created.status, 201, "{:?}", created.body);
    }

    /// Moves the alias, as a person would.
    pub(crate) async fn move_alias(&self, version: &str) {
        let moved =
            self.send("PUT", &format!("/{FUNCTION}/aliases/{ALIAS}"), &json!({ "FunctionVersion": version })).await;
        assert_eq!(moved.status, 200, "{:?}", moved.body);
    }

    /// Changes the function's configuration.
    pub(crate) async fn update_configuration(&self, change: &Value) {
        let updated = self.send("PUT", &format!("/{FUNCTION}/configuration"), change).await;
        assert_eq!(updated.status, 200, "{:?}", updated.body);
        self.settled().await;
    }

    /// Gives the function these environment variables, and no others.
    pub(crate) async fn set_variables(&self, variables: &[(&str, &str)]) {
        let variables: Value = variables.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        self.update_configuration(&json!({ "Environment": { "Variables": variables } })).await;
    }

    /// Puts a zip on `$LATEST`, past Shipway.
    pub(crate) async fn upload_code(&self, zip: &[u8]) {
        let request = json!({ "ZipFile": STANDARD.encode(zip) });
        let updated = self.send("PUT", &format!("/{FUNCTION}/code"), &request).await;
        assert_eq!(updated.status, 200, "{:?}", updated.body);
        self.settled().await;
    }

    /// Deletes the function, its versions and its aliases.
    pub(crate) async fn delete_function(&self) {
        let deleted = self.send("DELETE", &format!("/{FUNCTION}"), &Value::Null).await;
        assert_eq!(deleted.status, 204, "{:?}", deleted.body);
    }

    /// `Configuration` of `$LATEST`, or of what a qualifier names.
    pub(crate) async fn configuration(&self, qualifier: &str) -> Value {
        let read = self.send("GET", &format!("/{FUNCTION}?Qualifier={qualifier}"), &Value::Null).await;
        assert_eq!(read.status, 200, "{:?}", read.body);
        read.json()["Configuration"].clone()
    }

    /// The version that the alias is on.
    pub(crate) async fn served(&self) -> String {
        self.alias().await.json()["FunctionVersion"].as_str().expect("a version").to_owned()
    }

    /// The published versions, oldest first.
    pub(crate) fn versions(&self) -> Vec<u64> {
        self.lambda_state().functions[FUNCTION].versions.keys().copied().collect()
    }

    /// Invokes `$LATEST`.
    pub(crate) async fn invoke_unqualified(&self) -> Reply {
        self.send("POST", &format!("/{FUNCTION}/invocations"), &json!({})).await
    }

    /// Waits until nothing is under way.
    async fn settled(&self) {
        let read = async {
            loop {
                let seen = self.configuration("$LATEST").await;
                if seen["State"] == "Active" && seen["LastUpdateStatus"] == "Successful" {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, read).await.expect("the function settles");
    }
}

/// A zip of these files.
fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, SimpleFileOptions::default().unix_permissions(0o644)).expect("a zip in memory");
        writer.write_all(text.as_bytes()).expect("a zip in memory");
    }
    writer.finish().expect("a zip in memory").into_inner()
}
