//! What is to be said of each plan in `aws`.

/// Each plan, and everything that is to be said of it.
pub(super) const TOLD: &[(&str, &[&str])] = &[
    ("alias_destroyed", &["!the plan destroys the alias that callers use"]),
    ("alias_moved", &["!the plan moves the alias to version 1"]),
    (
        "alias_unknown",
        &[" the plan may move the alias, and where to cannot be seen: it is known only once the plan is applied"],
    ),
    ("alias_weights", &["!the plan changes the alias's weights"]),
    ("code_replaced", &["!the plan puts another package there (by `filename`, `source_code_hash`)"]),
    (
        "code_unknown",
        &[
            " the plan may put another package there (by `source_code_hash`), and it is known only once the plan is applied",
        ],
    ),
    ("deferred", &[" the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads"]),
    ("drifted_before", &[]),
    (
        "environment_unknown",
        &[
            " whether the plan keeps environment variables `QUEUE_URL`, `TABLE_NAME` cannot be seen: it is known only once the plan is applied",
        ],
    ),
    ("function_created", &[" the plan makes it without environment variable `TABLE_NAME`, which greet/app.py:4 reads"]),
    ("function_destroyed", &["!the plan destroys the function, with all its versions"]),
    ("function_forgotten", &[]),
    ("function_replaced", &["!the plan destroys the function and makes it again, because of `function_name`"]),
    ("imported", &["!the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads"]),
    (
        "key_disabled",
        &[
            "!the plan switches off KMS key arn:aws:kms:eu-west-1:111111111111:key/0d1e2f30-0000-4000-8000-000000000000, which is frozen into what serves",
        ],
    ),
    ("moved", &[]),
    ("moved_and_removed", &["!the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads"]),
    ("nothing_relevant", &[]),
    (
        "queue_destroyed",
        &[
            "!the plan destroys dead-letter target arn:aws:sqs:eu-west-1:111111111111:greet-failed, which is frozen into what serves",
        ],
    ),
    (
        "role_replaced",
        &["!the plan destroys role arn:aws:iam::111111111111:role/greet, which is frozen into what serves"],
    ),
    (
        "security_group_destroyed",
        &["!the plan destroys security group sg-0aa11bb22cc33dd44, which is frozen into what serves"],
    ),
    (
        "sensitive_hidden",
        &[
            " whether the plan keeps environment variables `QUEUE_URL`, `TABLE_NAME` cannot be seen: the plan hides it as sensitive",
        ],
    ),
    ("sensitive_removed", &["!the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads"]),
    (
        "settings_lowered",
        &[
            "!once the plan is applied, memory is 128 MB, at least 256 MB are required",
            "!once the plan is applied, timeout is 3 s, at least 10 s are required",
            "!once the plan is applied, runtime is `python3.12`, the code was built for `python3.13`",
            "!once the plan is applied, handler is `main.handler`, the code answers at `app.handler`",
            "!once the plan is applied, layer `shared` is not attached",
            "!once the plan is applied, it runs in no VPC, and the code has to run in one",
        ],
    ),
    ("value_unknown", &[]),
    ("variable_removed", &["!the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads"]),
    (
        "variable_renamed",
        &[
            "!the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads; it adds `TABLE`: a new name is a new variable",
        ],
    ),
    (
        "variables_unknown",
        &[
            " whether the plan keeps environment variables `QUEUE_URL`, `TABLE_NAME` cannot be seen: it is known only once the plan is applied",
        ],
    ),
];
