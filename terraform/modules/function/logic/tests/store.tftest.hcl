# Where the store's documents are found, and what becomes the first package.

variables {
  name              = "create-order"
  alias             = "live"
  runtime           = "python3.13"
  handler           = "app.handler"
  memory_size       = 256
  timeout           = 10
  environment_names = ["TABLE_NAME"]
  accept_missing    = []
  store             = "s3://acme-artifacts/shipway"
  project           = "orders"
  environment       = "production"
  function          = "create-order"
  targets           = "one"
  found             = []
  head              = null
  records           = {}
  keep_warm         = null
  log_group_arn     = "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/lambda/create-order"
  vpc               = "outside"
  tracing           = null
  dead_letter_arn   = null
  destination_arns  = []
  account           = null
}

run "a_head_lies_below_the_stores_prefix" {
  command = plan
  assert {
    condition     = output.bucket == "acme-artifacts" && output.head_key == "shipway/heads/orders/production/create-order.json"
    error_message = "${output.bucket} ${output.head_key}"
  }
}

run "a_store_may_be_a_whole_bucket" {
  command = plan
  variables { store = "s3://acme-artifacts/" }
  assert {
    condition     = output.bucket == "acme-artifacts" && output.head_key == "heads/orders/production/create-order.json"
    error_message = "${output.bucket} ${output.head_key}"
  }
}

run "several_targets_have_a_head_each" {
  command = plan
  variables {
    name    = "orders-eu"
    targets = "several"
  }
  assert {
    condition     = output.head_key == "shipway/heads/orders/production/create-order/orders-eu.json"
    error_message = output.head_key
  }
}

run "without_a_store_nothing_is_looked_up" {
  command = plan
  variables { store = null }
  assert {
    condition     = output.bucket == null && output.head_key == null && output.artifact_key == null && length(output.record_keys) == 0
    error_message = "something is looked up"
  }
  assert {
    condition     = output.package.kind == "placeholder" && length(output.head_problems) == 0
    error_message = "a function without a store starts with the placeholder"
  }
}

run "a_head_names_an_artifact_and_two_records" {
  command = plan
  variables { head = file("tests/head.json") }
  assert {
    condition     = output.artifact_key == "shipway/artifacts/93c14a476311.zip"
    error_message = output.artifact_key
  }
  assert {
    condition     = output.record_keys == toset(["shipway/builds/aaaa.json", "shipway/builds/bbbb.json"])
    error_message = join(" ", output.record_keys)
  }
  assert {
    condition     = output.wanted_build == "aaaa" && output.running_build == "bbbb"
    error_message = "${output.wanted_build} ${output.running_build}"
  }
}

run "a_head_of_a_target_where_nothing_succeeded_yet" {
  command = plan
  variables { head = jsonencode(merge(jsondecode(file("tests/head.json")), { running = null })) }
  assert {
    condition     = output.record_keys == toset(["shipway/builds/aaaa.json"]) && output.running_build == null
    error_message = join(" ", output.record_keys)
  }
}

run "the_wanted_artifact_is_the_first_package" {
  command = plan
  variables {
    head  = file("tests/head.json")
    found = ["shipway/heads/orders/production/create-order.json", "shipway/artifacts/93c14a476311.zip"]
  }
  assert {
    condition = jsonencode(output.package) == jsonencode({
      kind        = "artifact"
      bucket      = "acme-artifacts"
      key         = "shipway/artifacts/93c14a476311.zip"
      placeholder = null
    })
    error_message = jsonencode(output.package)
  }
}

run "an_artifact_that_is_gone_fails_nothing" {
  command = plan
  variables {
    head  = file("tests/head.json")
    found = ["shipway/heads/orders/production/create-order.json"]
  }
  assert {
    condition     = jsonencode(output.package) == jsonencode({ kind = "placeholder", bucket = null, key = null, placeholder = "python.zip" })
    error_message = jsonencode(output.package)
  }
}

run "node_has_a_placeholder" {
  command = plan
  variables { runtime = "nodejs24.x" }
  assert {
    condition     = output.package.placeholder == "node.zip"
    error_message = output.package.placeholder
  }
}

run "ruby_has_a_placeholder" {
  command = plan
  variables { runtime = "ruby3.4" }
  assert {
    condition     = output.package.placeholder == "ruby.zip"
    error_message = output.package.placeholder
  }
}

run "a_bootstrap_has_a_placeholder" {
  command = plan
  variables { runtime = "provided.al2023" }
  assert {
    condition     = output.package.placeholder == "provided.zip"
    error_message = output.package.placeholder
  }
}

run "every_other_runtime_has_a_placeholder" {
  command = plan
  variables { runtime = "java21" }
  assert {
    condition     = output.package.placeholder == "other.zip"
    error_message = output.package.placeholder
  }
}

run "a_head_that_cannot_be_read_is_said" {
  command = plan
  variables { found = ["shipway/heads/orders/production/create-order.json"] }
  assert {
    condition     = output.head_problems == ["shipway/heads/orders/production/create-order.json is there but its text cannot be read as JSON"]
    error_message = join("; ", output.head_problems)
  }
}

run "a_head_about_something_else_is_said" {
  command = plan
  variables {
    name  = "create-order-dev"
    alias = null
    head  = file("tests/head.json")
    records = {
      "shipway/builds/aaaa.json" = jsonencode({ contract = {} })
      "shipway/builds/bbbb.json" = jsonencode({ contract = {} })
    }
  }
  assert {
    condition = output.head_problems == [
      "the head is about the function create-order, this one is create-order-dev",
      "the head is about the alias live, this is $LATEST",
    ]
    error_message = join("; ", output.head_problems)
  }
}
