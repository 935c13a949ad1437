//! An account with a clock, and short ways to say what the tests say often.

use shipway_lambda_model::{
    AliasConfiguration, ApiError, Code, ConfigurationInput, CreateAlias, CreateFunction, EnvironmentInput,
    FunctionConfiguration, FunctionReply, InvocationPlan, Invoke, Model, Package, Publish, PublishVersion, Reply,
    Request, Response, RoutingConfigInput, SeededEntropy, Settings, Target, UpdateAlias, UpdateFunctionCode,
    UpdateFunctionConfiguration,
};

pub(crate) const ROLE: &str = "arn:aws:iam::111111111111:role/functions";
pub(crate) const ARN: &str = "arn:aws:lambda:eu-west-1:111111111111:function:orders";

pub(crate) struct World {
    pub(crate) model: Model,
    pub(crate) entropy: SeededEntropy,
    pub(crate) now: u64,
}

pub(crate) fn settings() -> Settings {
    Settings::new("111111111111", "eu-west-1")
}

pub(crate) fn package(contents: &str) -> Code {
    Code::Package(Package::of_zip(contents.as_bytes(), contents.len() as u64))
}

pub(crate) fn creation(name: &str, contents: &str) -> CreateFunction {
    CreateFunction {
        function_name: name.to_owned(),
        code: package(contents),
        configuration: ConfigurationInput {
            role: Some(ROLE.to_owned()),
            runtime: Some("python3.13".to_owned()),
            handler: Some("app.handler".to_owned()),
            ..ConfigurationInput::default()
        },
        ..CreateFunction::default()
    }
}

pub(crate) fn code_update(name: &str, contents: &str) -> UpdateFunctionCode {
    UpdateFunctionCode { function_name: name.to_owned(), code: package(contents), ..UpdateFunctionCode::default() }
}

pub(crate) fn environment(key: &str, value: &str) -> ConfigurationInput {
    ConfigurationInput {
        environment: Some(EnvironmentInput { variables: Some([(key.to_owned(), value.to_owned())].into()) }),
        ..ConfigurationInput::default()
    }
}

pub(crate) fn weights(pairs: &[(&str, f64)]) -> Option<RoutingConfigInput> {
    Some(RoutingConfigInput {
        additional_version_weights: Some(
            pairs.iter().map(|(version, share)| ((*version).to_owned(), *share)).collect(),
        ),
    })
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(settings())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self { model: Model::new(settings), entropy: SeededEntropy::new(7), now: 1_000_000 }
    }

    /// A world in which the function `orders` is active.
    pub(crate) fn with_function() -> Self {
        let mut world = Self::new();
        world.create("orders", "one");
        world
    }

    pub(crate) fn create(&mut self, name: &str, contents: &str) -> FunctionConfiguration {
        let created = self.configuration(Request::CreateFunction(Box::new(creation(name, contents))));
        self.wait();
        created
    }

    /// Lets every transition end.
    pub(crate) fn wait(&mut self) {
        self.now += 10_000;
    }

    pub(crate) fn send(&mut self, request: Request) -> Response {
        self.model.handle(&request, self.now, &mut self.entropy)
    }

    pub(crate) fn reply(&mut self, request: Request) -> Reply {
        self.send(request).result.expect("the request is allowed")
    }

    /// The refusal, after checking that it changed nothing.
    pub(crate) fn refusal(&mut self, request: Request) -> ApiError {
        self.model.settle(self.now);
        let before = self.model.state().clone();
        let error = self.send(request).result.expect_err("the request is refused");
        assert_eq!(*self.model.state(), before, "a refused request changes nothing");
        error
    }

    pub(crate) fn configuration(&mut self, request: Request) -> FunctionConfiguration {
        match self.reply(request) {
            Reply::Configuration(configuration) => *configuration,
            other => panic!("a configuration, not {other:?}"),
        }
    }

    pub(crate) fn get(&mut self, target: Target) -> FunctionReply {
        match self.reply(Request::GetFunction(target)) {
            Reply::Function(function) => *function,
            other => panic!("a function, not {other:?}"),
        }
    }

    pub(crate) fn latest(&mut self) -> FunctionConfiguration {
        self.get(Target::new("orders")).configuration
    }

    pub(crate) fn version(&mut self, number: &str) -> FunctionConfiguration {
        self.get(Target::new("orders").qualified(number)).configuration
    }

    pub(crate) fn update_code(&mut self, contents: &str) -> FunctionConfiguration {
        self.configuration(Request::UpdateFunctionCode(Box::new(code_update("orders", contents))))
    }

    pub(crate) fn update_and_publish(&mut self, contents: &str) -> FunctionConfiguration {
        self.configuration(Request::UpdateFunctionCode(Box::new(UpdateFunctionCode {
            publish: Publish::Yes,
            ..code_update("orders", contents)
        })))
    }

    pub(crate) fn configure(&mut self, configuration: ConfigurationInput) -> FunctionConfiguration {
        self.configuration(Request::UpdateFunctionConfiguration(Box::new(UpdateFunctionConfiguration {
            function_name: "orders".to_owned(),
            configuration,
            ..UpdateFunctionConfiguration::default()
        })))
    }

    pub(crate) fn publish(&mut self) -> FunctionConfiguration {
        self.configuration(Request::PublishVersion(publication()))
    }

    /// New code and a version of it, both settled.
    pub(crate) fn release(&mut self, contents: &str) -> String {
        self.update_code(contents);
        self.wait();
        let version = self.publish().version;
        self.wait();
        version
    }

    pub(crate) fn alias(&mut self, request: Request) -> AliasConfiguration {
        match self.reply(request) {
            Reply::Alias(alias) => alias,
            other => panic!("an alias, not {other:?}"),
        }
    }

    pub(crate) fn create_alias(&mut self, name: &str, version: &str) -> AliasConfiguration {
        self.alias(Request::CreateAlias(alias_creation(name, version)))
    }

    pub(crate) fn invoke(&mut self, target: Target) -> InvocationPlan {
        match self.reply(invocation(target)) {
            Reply::Invocation(plan) => *plan,
            other => panic!("an invocation, not {other:?}"),
        }
    }
}

pub(crate) fn publication() -> PublishVersion {
    PublishVersion { function_name: "orders".to_owned(), ..PublishVersion::default() }
}

pub(crate) fn alias_creation(name: &str, version: &str) -> CreateAlias {
    CreateAlias {
        function_name: "orders".to_owned(),
        name: Some(name.to_owned()),
        function_version: Some(version.to_owned()),
        ..CreateAlias::default()
    }
}

pub(crate) fn alias_update(name: &str) -> UpdateAlias {
    UpdateAlias { function_name: "orders".to_owned(), name: name.to_owned(), ..UpdateAlias::default() }
}

pub(crate) fn invocation(target: Target) -> Request {
    Request::Invoke(Invoke { target, ..Invoke::default() })
}

/// Code and text of a refusal, for one comparison.
pub(crate) fn told(error: &ApiError) -> (u16, &str, &str) {
    (error.status, &error.code, error.message.as_deref().unwrap_or_default())
}
