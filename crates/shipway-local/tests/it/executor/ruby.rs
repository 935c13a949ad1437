//! Ruby handlers: how they are found, what they are given, how they fail.

use std::sync::OnceLock;

use serde_json::{Value, json};
use shipway_local::executor::Outcome;

use super::bench::{Bench, REQUEST_ID, answer_of, error_of, json_of, log_of, write_package};

/// What this machine's `ruby` is called at Lambda, such as `ruby3.4`.
fn installed_ruby() -> &'static str {
    static RUBY: OnceLock<String> = OnceLock::new();
    RUBY.get_or_init(|| {
        let output = std::process::Command::new("ruby").args(["-e", "puts RUBY_VERSION[/\\d+\\.\\d+/]"]).output();
        let output = output.expect("the tests of the executor need ruby");
        format!("ruby{}", String::from_utf8(output.stdout).unwrap().trim())
    })
}

async fn invoke(bench: &Bench, handler: &str, payload: Value) -> Outcome {
    let mut invocation = bench.invocation(installed_ruby(), handler, &payload);
    invocation.client_context = Some(r#"{"custom":{"k":"v"}}"#.into());
    bench.executor.invoke(invocation).await
}

#[tokio::test]
async fn a_handler_answers_and_its_log_is_framed() {
    let code =
        "puts 'loading'\ndef handler(event:, context:)\n  puts 'hello'\n  { sum: event['a'] + event['b'] }\nend\n";
    let bench = Bench::new(&[("app.rb", code)]);
    let outcome = invoke(&bench, "app.handler", json!({"a": 1, "b": 2})).await;
    assert_eq!(answer_of(&outcome), json!({"sum": 3}));
    let log = log_of(&outcome);
    let places = ["loading\n", "START RequestId", "hello\n", "END RequestId", "\tInit Duration: "];
    let places = places.map(|text| log.find(text));
    assert!(places.is_sorted() && places[0].is_some(), "{log}");
    let warm = log_of(&invoke(&bench, "app.handler", json!({"a": 1, "b": 2})).await);
    assert!(!warm.contains("Init Duration"), "{warm}");
    bench.executor.shutdown().await;
    assert_eq!(std::fs::read_dir(bench.folder.path().join("scratch/environments")).unwrap().count(), 0);
}

#[tokio::test]
async fn methods_of_modules_and_files_in_folders_are_found() {
    let bench = Bench::new(&[(
        "shop/orders.rb",
        "module Shop\n  class Orders\n    def self.create(event:, context:)\n      event['price'] * 2\n    end\n  end\nend\n",
    )]);
    let outcome = invoke(&bench, "shop/orders.Shop::Orders.create", json!({"price": 6})).await;
    assert_eq!(answer_of(&outcome), json!(12));
}

#[tokio::test]
async fn the_context_is_complete() {
    let code = "
def handler(event:, context:)
  names = %i[function_name function_version invoked_function_arn memory_limit_in_mb aws_request_id log_group_name]
  seen = names.to_h { |name| [name, context.public_send(name)] }
  seen[:stream] = context.log_stream_name.include?('/[7]')
  seen[:in_time] = context.get_remaining_time_in_millis.between?(1, 30_000)
  seen[:deadline] = context.deadline_ms > 0
  seen[:custom] = context.client_context['custom']
  seen[:identity] = context.identity
  seen[:text] = 'é'.encoding.to_s + Encoding.default_external.to_s
  seen
end
";
    let bench = Bench::new(&[("app.rb", code)]);
    assert_eq!(
        answer_of(&invoke(&bench, "app.handler", json!({})).await),
        json!({
            "function_name": "create-order",
            "function_version": "7",
            "invoked_function_arn": "arn:aws:lambda:eu-west-1:000000000000:function:create-order:live",
            "memory_limit_in_mb": "128",
            "aws_request_id": REQUEST_ID,
            "log_group_name": "/aws/lambda/create-order",
            "stream": true,
            "in_time": true,
            "deadline": true,
            "custom": {"k": "v"},
            "identity": null,
            "text": "UTF-8UTF-8",
        })
    );
}

#[tokio::test]
async fn a_handlers_exception_is_described_and_the_process_stays() {
    let code = "
def handler(event:, context:)
  raise ArgumentError, 'no such order' if event['fail']
  [1, 2].first('two') if event['broken']
  Process.pid
end
";
    let bench = Bench::new(&[("app.rb", code)]);
    let process = answer_of(&invoke(&bench, "app.handler", json!({})).await);
    let outcome = invoke(&bench, "app.handler", json!({"fail": true})).await;
    assert_eq!(error_of(&outcome), ("Function<ArgumentError>".into(), "no such order".into()));
    let trace = json_of(&outcome)["stackTrace"].take();
    assert_eq!(trace.as_array().unwrap().len(), 1, "{trace}");
    assert!(trace[0].as_str().unwrap().ends_with("app.rb:3:in `handler'"), "{trace}");
    let log = log_of(&outcome);
    assert!(log.contains("Error raised from handler method\n{\n  \"errorMessage\": \"no such order\","), "{log}");
    let broken = invoke(&bench, "app.handler", json!({"broken": true})).await;
    assert_eq!(error_of(&broken).0, "Function<TypeError>");
    assert_eq!(answer_of(&invoke(&bench, "app.handler", json!({})).await), process);
}

#[tokio::test]
async fn a_name_error_ends_the_process_after_it_was_described() {
    let code = "def handler(event:, context:)\n  event['fail'] ? nothing_like_it : Process.pid\nend\n";
    let bench = Bench::new(&[("app.rb", code)]);
    let process = answer_of(&invoke(&bench, "app.handler", json!({})).await);
    let outcome = invoke(&bench, "app.handler", json!({"fail": true})).await;
    assert_eq!(error_of(&outcome).0, "Function<NameError>");
    assert!(log_of(&outcome).contains("Critical exception from handler\n"), "{}", log_of(&outcome));
    assert_ne!(answer_of(&invoke(&bench, "app.handler", json!({})).await), process);
}

#[tokio::test]
async fn what_cannot_be_loaded_is_said_in_awss_words() {
    let bench = Bench::new(&[
        ("app.rb", "def handler(event:, context:) = 1\n"),
        ("needs.rb", "require 'no_such_gem'\n"),
        ("broken.rb", "def handler(\n"),
        ("raises.rb", "raise 'no database'\n"),
        ("leaves.rb", "exit 3\n"),
    ]);
    let cases = [
        ("missing.handler", "Init<LoadError>", "cannot load such file -- missing"),
        ("needs.handler", "Init<LoadError>", "cannot load such file -- no_such_gem"),
        ("broken.handler", "Init<SyntaxError>", ""),
        ("raises.handler", "Init<RuntimeError>", "no database"),
        ("leaves.handler", "Init<SystemExit>", "exit"),
        ("handler", "Init<ArgumentError>", "Invalid handler [\"handler\"], must be of form FILENAME.METHOD or"),
        ("app.absent", "Function<NoMethodError>", "undefined method `absent' for main:Object"),
    ];
    for (handler, kind, message) in cases {
        let outcome = invoke(&bench, handler, json!({})).await;
        let (found, said) = error_of(&outcome);
        assert_eq!(found, kind, "{said}");
        assert!(said.starts_with(message), "{said}");
        assert!(log_of(&outcome).contains(&format!("\"errorType\": \"{kind}\"")), "{}", log_of(&outcome));
        bench.executor.retire("create-order").await;
    }
}

#[tokio::test]
async fn layers_bring_gems_and_files() {
    let gem = "Gem::Specification.new do |s|\n  s.name = 'greeting'\n  s.version = '1.0.0'\n  s.summary = 'a greeting'\n  \
               s.authors = ['us']\n  s.files = ['lib/greeting.rb']\nend\n";
    let code =
        "require 'greeting'\nrequire 'shared'\ndef handler(event:, context:)\n  [Greeting.hello, Shared::WORD]\nend\n";
    let bench = Bench::new(&[("app.rb", code)]);
    let layer = bench.folder.path().join("layer");
    let gems = format!("ruby/gems/{}.0", installed_ruby().trim_start_matches("ruby"));
    write_package(
        &layer,
        &[
            (&format!("{gems}/specifications/greeting-1.0.0.gemspec"), gem),
            (
                &format!("{gems}/gems/greeting-1.0.0/lib/greeting.rb"),
                "module Greeting\n  def self.hello = 'hello'\nend\n",
            ),
            ("ruby/lib/shared.rb", "module Shared\n  WORD = 'shared'\nend\n"),
        ],
    );
    let mut invocation = bench.invocation(installed_ruby(), "app.handler", &json!({}));
    invocation.layers = vec![layer];
    assert_eq!(answer_of(&bench.executor.invoke(invocation).await), json!(["hello", "shared"]));
}

#[tokio::test]
async fn gems_come_from_the_package_in_whatever_rubys_folder_and_not_from_the_machine() {
    let gem = "Gem::Specification.new do |s|\n  s.name = 'greeting'\n  s.version = '1.0.0'\n  s.summary = 'a greeting'\n  \
               s.authors = ['us']\n  s.files = ['lib/greeting.rb']\nend\n";
    let code = "require 'greeting'\ndef handler(event:, context:)\n  [Greeting.hello, Gem.path]\nend\n";
    let folder = "vendor/bundle/ruby/2.0.0";
    let bench = Bench::new(&[
        ("app.rb", code),
        (&format!("{folder}/specifications/greeting-1.0.0.gemspec"), gem),
        (
            &format!("{folder}/gems/greeting-1.0.0/lib/greeting.rb"),
            "module Greeting\n  def self.hello = 'hello'\nend\n",
        ),
    ]);
    let answer = answer_of(&invoke(&bench, "app.handler", json!({})).await);
    assert_eq!(answer[0], "hello");
    let code = bench.code();
    for path in answer[1].as_array().unwrap() {
        assert!(path.as_str().unwrap().starts_with(code.to_str().unwrap()), "{answer}");
    }
}

#[tokio::test]
async fn logging_is_set_up_like_lambdas() {
    let code = "require 'logger'\nLOG = Logger.new($stdout)\n\
                def handler(event:, context:)\n  LOG.warn('low on stock')\n  StringIO.new('plain')\nend\n";
    let bench = Bench::new(&[("app.rb", code)]);
    let outcome = invoke(&bench, "app.handler", json!({})).await;
    assert_eq!(outcome.payload, b"plain");
    let log = log_of(&outcome);
    let line = log.lines().find(|line| line.starts_with("W, [")).unwrap_or_else(|| panic!("{log}"));
    assert!(line.ends_with(&format!("  WARN {REQUEST_ID} -- : low on stock")), "{line}");
}
