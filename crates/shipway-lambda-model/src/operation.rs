//! The operations by name, with what belongs to the operation and not to a request: IAM action, kind, status.

/// The operations that the model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the AWS operation of that name")]
pub enum Operation {
    CreateFunction,
    GetFunction,
    GetFunctionConfiguration,
    UpdateFunctionCode,
    UpdateFunctionConfiguration,
    PublishVersion,
    ListVersionsByFunction,
    ListFunctions,
    DeleteFunction,
    CreateAlias,
    GetAlias,
    UpdateAlias,
    ListAliases,
    DeleteAlias,
    Invoke,
    TagResource,
    UntagResource,
    ListTags,
    AddPermission,
    GetPolicy,
    RemovePermission,
    CreateEventSourceMapping,
    GetEventSourceMapping,
    ListEventSourceMappings,
    DeleteEventSourceMapping,
    CreateFunctionUrlConfig,
    GetFunctionUrlConfig,
    ListFunctionUrlConfigs,
    DeleteFunctionUrlConfig,
    GetFunctionCodeSigningConfig,
    GetCodeSigningConfig,
    GetAccountSettings,
    PutProvisionedConcurrencyConfig,
    GetProvisionedConcurrencyConfig,
    ListProvisionedConcurrencyConfigs,
    DeleteProvisionedConcurrencyConfig,
    PublishLayerVersion,
    GetLayerVersion,
    GetLayerVersionByArn,
    ListLayerVersions,
    ListLayers,
    DeleteLayerVersion,
}

impl Operation {
    /// AWS's name of the operation.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateFunction => "CreateFunction",
            Self::GetFunction => "GetFunction",
            Self::GetFunctionConfiguration => "GetFunctionConfiguration",
            Self::UpdateFunctionCode => "UpdateFunctionCode",
            Self::UpdateFunctionConfiguration => "UpdateFunctionConfiguration",
            Self::PublishVersion => "PublishVersion",
            Self::ListVersionsByFunction => "ListVersionsByFunction",
            Self::ListFunctions => "ListFunctions",
            Self::DeleteFunction => "DeleteFunction",
            Self::CreateAlias => "CreateAlias",
            Self::GetAlias => "GetAlias",
            Self::UpdateAlias => "UpdateAlias",
            Self::ListAliases => "ListAliases",
            Self::DeleteAlias => "DeleteAlias",
            Self::Invoke => "Invoke",
            Self::TagResource => "TagResource",
            Self::UntagResource => "UntagResource",
            Self::ListTags => "ListTags",
            Self::AddPermission => "AddPermission",
            Self::GetPolicy => "GetPolicy",
            Self::RemovePermission => "RemovePermission",
            Self::CreateEventSourceMapping => "CreateEventSourceMapping",
            Self::GetEventSourceMapping => "GetEventSourceMapping",
            Self::ListEventSourceMappings => "ListEventSourceMappings",
            Self::DeleteEventSourceMapping => "DeleteEventSourceMapping",
            Self::CreateFunctionUrlConfig => "CreateFunctionUrlConfig",
            Self::GetFunctionUrlConfig => "GetFunctionUrlConfig",
            Self::ListFunctionUrlConfigs => "ListFunctionUrlConfigs",
            Self::DeleteFunctionUrlConfig => "DeleteFunctionUrlConfig",
            Self::GetFunctionCodeSigningConfig => "GetFunctionCodeSigningConfig",
            Self::GetCodeSigningConfig => "GetCodeSigningConfig",
            Self::GetAccountSettings => "GetAccountSettings",
            Self::PutProvisionedConcurrencyConfig => "PutProvisionedConcurrencyConfig",
            Self::GetProvisionedConcurrencyConfig => "GetProvisionedConcurrencyConfig",
            Self::ListProvisionedConcurrencyConfigs => "ListProvisionedConcurrencyConfigs",
            Self::DeleteProvisionedConcurrencyConfig => "DeleteProvisionedConcurrencyConfig",
            Self::PublishLayerVersion => "PublishLayerVersion",
            Self::GetLayerVersion => "GetLayerVersion",
            Self::GetLayerVersionByArn => "GetLayerVersionByArn",
            Self::ListLayerVersions => "ListLayerVersions",
            Self::ListLayers => "ListLayers",
            Self::DeleteLayerVersion => "DeleteLayerVersion",
        }
    }

    /// The IAM action that allows the operation.
    #[must_use]
    pub fn iam_action(self) -> String {
        match self {
            Self::Invoke => "lambda:InvokeFunction".to_owned(),
            Self::GetLayerVersionByArn => "lambda:GetLayerVersion".to_owned(),
            other => format!("lambda:{}", other.name()),
        }
    }

    /// Whether the operation can change the state (a refused one still changes nothing).
    #[must_use]
    pub fn is_write(self) -> bool {
        matches!(
            self,
            Self::CreateFunction
                | Self::UpdateFunctionCode
                | Self::UpdateFunctionConfiguration
                | Self::PublishVersion
                | Self::DeleteFunction
                | Self::CreateAlias
                | Self::UpdateAlias
                | Self::DeleteAlias
                | Self::TagResource
                | Self::UntagResource
                | Self::AddPermission
                | Self::RemovePermission
                | Self::CreateEventSourceMapping
                | Self::DeleteEventSourceMapping
                | Self::CreateFunctionUrlConfig
                | Self::DeleteFunctionUrlConfig
                | Self::PutProvisionedConcurrencyConfig
                | Self::DeleteProvisionedConcurrencyConfig
                | Self::PublishLayerVersion
                | Self::DeleteLayerVersion
        )
    }

    /// The HTTP status of success. Invoke's depends on its type, and is not told here.
    #[must_use]
    pub fn success_status(self) -> u16 {
        match self {
            Self::CreateFunction
            | Self::PublishVersion
            | Self::CreateAlias
            | Self::AddPermission
            | Self::CreateFunctionUrlConfig
            | Self::PublishLayerVersion => 201,
            Self::CreateEventSourceMapping | Self::DeleteEventSourceMapping | Self::PutProvisionedConcurrencyConfig => {
                202
            }
            Self::DeleteFunction
            | Self::DeleteAlias
            | Self::RemovePermission
            | Self::TagResource
            | Self::UntagResource
            | Self::DeleteFunctionUrlConfig
            | Self::DeleteProvisionedConcurrencyConfig
            | Self::DeleteLayerVersion => 204,
            _ => 200,
        }
    }
}
