//! Which files a handler reaches, in small projects.

use std::collections::{BTreeMap, BTreeSet};

use shipway_contract::Need;
use shipway_contract::reach::{Family, Findings, Function, Project, find};

/// A function in the folder `f`, with nothing besides.
fn function(family: Family, handler: &str) -> Function<'_> {
    static NOTHING: BTreeMap<String, String> = BTreeMap::new();
    Function { family, folder: "f", handler, entry: None, depends_on: &[], packages: &NOTHING }
}

fn found(files: &[(&str, &str)], function: &Function<'_>) -> Findings {
    let files: BTreeMap<String, &str> = files.iter().map(|(path, text)| ((*path).to_owned(), *text)).collect();
    let paths: BTreeSet<String> = files.keys().cloned().collect();
    let content = |path: &str| files.get(path).map(|text| text.as_bytes().to_vec());
    find(&Project { paths: &paths, content: &content }, function)
}

fn assert_reached(files: &[(&str, &str)], function: &Function<'_>, expected: &[&str]) {
    let found = found(files, function);
    assert_eq!(found.unresolved, None);
    assert_eq!(found.reached, expected);
}

fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(name, folder)| ((*name).to_owned(), (*folder).to_owned())).collect()
}

#[test]
fn python_packages_and_relative_imports() {
    let files = [
        ("f/src/shop/__init__.py", ""),
        ("f/src/shop/web.py", "from . import orders\nfrom .deep.er import thing\nimport common.log, boto3\n"),
        ("f/src/shop/orders.py", "from shop import prices\n"),
        ("f/src/shop/prices.py", ""),
        ("f/src/shop/unused.py", ""),
        ("f/src/shop/deep/__init__.py", "from .. import up\n"),
        ("f/src/shop/deep/er.py", ""),
        ("f/src/shop/up.py", ""),
        ("libs/common/__init__.py", ""),
        ("libs/common/log.py", ""),
        ("libs/common/other.py", ""),
    ];
    let libs = ["libs".to_owned()];
    let function = Function { depends_on: &libs, ..function(Family::Python, "shop.web.answer") };
    let expected = [
        "f/src/shop/__init__.py",
        "f/src/shop/deep/__init__.py",
        "f/src/shop/deep/er.py",
        "f/src/shop/orders.py",
        "f/src/shop/prices.py",
        "f/src/shop/up.py",
        "f/src/shop/web.py",
        "libs/common/__init__.py",
        "libs/common/log.py",
    ];
    assert_reached(&files, &function, &expected);
}

#[test]
fn javascript_and_typescript_across_a_workspace() {
    let files = [
        (
            "f/src/index.ts",
            "import { a } from './a.js';\nimport { log } from '@shop/log';\nimport x from '@shop/log/extra';",
        ),
        ("f/src/a.ts", "export * from './dir';\nrequire('left-pad');"),
        ("f/src/dir/index.ts", "const b = await import('../b');"),
        ("f/src/b.tsx", ""),
        ("f/src/unused.ts", ""),
        ("f/node_modules/left-pad/index.js", ""),
        ("packages/log/package.json", r#"{ "name": "@shop/log", "main": "./dist/main.js" }"#),
        ("packages/log/src/main.ts", ""),
        ("packages/log/extra.mjs", ""),
        ("packages/log/unused.ts", ""),
    ];
    let packages = map(&[("@shop/log", "packages/log")]);
    let function = Function { packages: &packages, ..function(Family::Node, "dist/index.handler") };
    let expected = [
        "f/src/a.ts",
        "f/src/b.tsx",
        "f/src/dir/index.ts",
        "f/src/index.ts",
        "packages/log/extra.mjs",
        "packages/log/src/main.ts",
    ];
    assert_reached(&files, &function, &expected);
}

#[test]
fn go_packages_of_own_modules() {
    let files = [
        ("go.mod", "module example.com/shop // the shop\n\ngo 1.22\n"),
        (
            "f/main.go",
            "package main\nimport (\n\t\"fmt\"\n\t\"example.com/shop/internal/orders\"\n\t\"example.com/log\"\n)",
        ),
        ("f/other.go", "package main"),
        ("f/main_test.go", "package main"),
        ("internal/orders/orders.go", "package orders"),
        ("internal/orders/more.go", "package orders"),
        ("internal/unused/unused.go", "package unused"),
        ("libs/log/log.go", "package log"),
    ];
    let packages = map(&[("example.com/log", "libs/log")]);
    let function = Function { packages: &packages, ..function(Family::Go, "bootstrap") };
    let expected =
        ["f/main.go", "f/other.go", "internal/orders/more.go", "internal/orders/orders.go", "libs/log/log.go"];
    assert_reached(&files, &function, &expected);
}

#[test]
fn rust_modules_and_path_dependencies() {
    let files = [
        ("f/Cargo.toml", "[package]\nname = \"my-shop\"\n"),
        ("f/src/main.rs", "mod a;\n#[cfg(test)]\nmod tests;\nuse my_shop::x;\nfn main() { log_it::log(); }"),
        ("f/src/a/mod.rs", "mod b;\n#[path = \"elsewhere.rs\"] mod c;"),
        ("f/src/a/b.rs", "mod d;"),
        ("f/src/a/b/d.rs", ""),
        ("f/src/a/elsewhere.rs", ""),
        ("f/src/lib.rs", "pub mod x;"),
        ("f/src/x.rs", ""),
        ("f/src/tests.rs", ""),
        ("f/src/unused.rs", ""),
        ("libs/log-it/src/lib.rs", "mod inner;"),
        ("libs/log-it/src/inner.rs", ""),
        ("libs/not-named/src/lib.rs", ""),
    ];
    let packages = map(&[("log-it", "libs/log-it"), ("not-named", "libs/not-named")]);
    let function = Function { packages: &packages, ..function(Family::Rust, "bootstrap") };
    let expected = [
        "f/src/a/b.rs",
        "f/src/a/b/d.rs",
        "f/src/a/elsewhere.rs",
        "f/src/a/mod.rs",
        "f/src/lib.rs",
        "f/src/main.rs",
        "f/src/x.rs",
        "libs/log-it/src/inner.rs",
        "libs/log-it/src/lib.rs",
    ];
    assert_reached(&files, &function, &expected);
}

#[test]
fn java_imports_and_the_own_package() {
    let files = [
        (
            "f/src/main/java/com/shop/Handler.java",
            "package com.shop;\nimport com.shop.orders.*;\nimport static com.shop.Names.TABLE;\nimport java.util.Map;\n\
             class Handler { Helper helper; }",
        ),
        ("f/src/main/java/com/shop/Helper.java", "package com.shop; import com.log.Log.Level;"),
        ("f/src/main/java/com/shop/Names.java", "package com.shop;"),
        ("f/src/main/java/com/shop/Unused.java", "package com.shop;"),
        ("f/src/main/java/com/shop/orders/Order.java", "package com.shop.orders;"),
        ("f/src/test/java/com/shop/HelperTest.java", "package com.shop;"),
        ("libs/log/src/main/java/com/log/Log.java", "package com.log;"),
    ];
    let libs = ["libs/log".to_owned()];
    let function = Function { depends_on: &libs, ..function(Family::Java, "com.shop.Handler::handleRequest") };
    let expected = [
        "f/src/main/java/com/shop/Handler.java",
        "f/src/main/java/com/shop/Helper.java",
        "f/src/main/java/com/shop/Names.java",
        "f/src/main/java/com/shop/orders/Order.java",
        "libs/log/src/main/java/com/log/Log.java",
    ];
    assert_reached(&files, &function, &expected);
}

#[test]
fn ruby_requires() {
    let files = [
        ("f/app.rb", "require 'json'\nrequire 'shop/orders'\nrequire_relative 'helper'\n"),
        ("f/helper.rb", ""),
        ("f/lib/shop/orders.rb", "require_relative '../deep.rb'"),
        ("f/lib/deep.rb", ""),
        ("f/unused.rb", ""),
    ];
    let function = function(Family::Ruby, "app.Handlers::Orders.process");
    assert_reached(&files, &function, &["f/app.rb", "f/helper.rb", "f/lib/deep.rb", "f/lib/shop/orders.rb"]);
}

#[test]
fn a_handler_that_is_not_found_means_all_own_sources() {
    let files = [
        ("f/other.py", ""),
        ("f/deep/er.py", ""),
        ("f/tests/test_other.py", ""),
        ("f/vendor/x.py", ""),
        ("f/node_modules/x.py", ""),
        ("f/other.js", ""),
        ("g/else.py", ""),
    ];
    let found = found(&files, &function(Family::Python, "app.handler"));
    assert_eq!(found.reached, ["f/deep/er.py", "f/other.py"]);
    assert_eq!(found.unresolved.unwrap().looked_for[0], "f/app.py");
}

#[test]
fn a_variable_is_required_when_one_read_is_and_tests_and_scripts_do_not_count() {
    let files = [
        ("f/app.py", "import os, other\nx = os.environ['A']\nif __name__ == '__main__':\n  y = os.environ['B']\n"),
        ("f/other.py", "import os\nos.environ.get('A')\nos.environ.get('C')\nos.environ[x()]\n"),
    ];
    let findings = found(&files, &function(Family::Python, "app.handler"));
    let variables: Vec<(&str, Need)> =
        findings.variables.iter().map(|(name, variable)| (name.as_str(), variable.need)).collect();
    assert_eq!(variables, [("A", Need::Required), ("C", Need::Optional)]);
    let places: Vec<String> =
        findings.variables["A"].places.iter().map(|(place, _)| format!("{}:{}", place.path, place.line)).collect();
    assert_eq!(places, ["f/app.py:2", "f/other.py:2"]);
    assert_eq!(findings.computed[0].line.get(), 4);

    let files = [(
        "f/src/main.rs",
        "fn a() { std::env::var(\"A\").unwrap(); }\n#[cfg(test)]\nmod tests { fn b() { std::env::var(\"B\").unwrap(); } }",
    )];
    let findings = found(&files, &function(Family::Rust, "bootstrap"));
    assert_eq!(findings.variables.keys().collect::<Vec<_>>(), ["A"]);
}
