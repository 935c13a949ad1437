# The contracts of the running and of the wanted build, against the configuration.

variables {
  name              = "create-order"
  alias             = "live"
  runtime           = "python3.13"
  handler           = "app.handler"
  memory_size       = 256
  timeout           = 10
  environment_names = ["TABLE_NAME", "QUEUE_URL"]
  accept_missing    = []
  store             = "s3://acme-artifacts/shipway"
  project           = "orders"
  environment       = "production"
  function          = "create-order"
  targets           = "one"
  found             = ["shipway/heads/orders/production/create-order.json"]
  head              = file("tests/head.json")
  records = {
    "shipway/builds/aaaa.json" = file("tests/wanted.json")
    "shipway/builds/bbbb.json" = file("tests/running.json")
  }
  keep_warm        = null
  log_group_arn    = "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/lambda/create-order"
  vpc              = "outside"
  tracing          = null
  dead_letter_arn  = null
  destination_arns = []
  account          = null
}

run "a_configuration_that_has_it_all" {
  command = plan
  assert {
    condition     = length(output.running_unmet) == 0 && length(output.wanted_unmet) == 0 && length(output.head_problems) == 0
    error_message = join("; ", concat(output.running_unmet, output.wanted_unmet, output.head_problems))
  }
}

run "a_variable_that_only_the_wanted_build_needs" {
  command = plan
  variables { environment_names = ["TABLE_NAME"] }
  assert {
    condition     = length(output.running_unmet) == 0 && output.wanted_unmet == ["environment variable QUEUE_URL is not set"]
    error_message = join("; ", concat(output.running_unmet, output.wanted_unmet))
  }
}

run "a_variable_that_the_running_build_needs" {
  command = plan
  variables { environment_names = ["QUEUE_URL", "OTHER"] }
  assert {
    condition     = output.running_unmet == ["environment variable TABLE_NAME is not set"]
    error_message = join("; ", output.running_unmet)
  }
}

run "a_variable_that_may_be_missing" {
  command = plan
  variables {
    environment_names = ["QUEUE_URL"]
    accept_missing    = ["TABLE_NAME"]
  }
  assert {
    condition     = length(output.running_unmet) == 0 && length(output.wanted_unmet) == 0
    error_message = join("; ", concat(output.running_unmet, output.wanted_unmet))
  }
}

run "too_little_memory_and_time" {
  command = plan
  variables {
    memory_size = 128
    timeout     = 3
  }
  assert {
    condition     = output.running_unmet == ["memory_size is 128, at least 256 is required"]
    error_message = join("; ", output.running_unmet)
  }
  assert {
    condition = output.wanted_unmet == [
      "memory_size is 128, at least 256 is required",
      "timeout is 3, at least 10 is required",
    ]
    error_message = join("; ", output.wanted_unmet)
  }
}

run "another_runtime_is_a_matter_of_the_wanted_build_alone" {
  command = plan
  variables {
    runtime = "python3.12"
    handler = "main.handler"
  }
  assert {
    condition     = length(output.running_unmet) == 0
    error_message = join("; ", output.running_unmet)
  }
  assert {
    condition = output.wanted_unmet == [
      "runtime is python3.12, the code was built for python3.13",
      "handler is main.handler, the code answers at app.handler",
    ]
    error_message = join("; ", output.wanted_unmet)
  }
}

run "a_record_that_is_gone_is_said_and_blocks_nothing" {
  command = plan
  variables {
    environment_names = []
    records           = { "shipway/builds/aaaa.json" = file("tests/wanted.json") }
  }
  assert {
    condition     = length(output.running_unmet) == 0
    error_message = join("; ", output.running_unmet)
  }
  assert {
    condition     = output.head_problems == ["the record of the running build cannot be read, so that its contract is not known"]
    error_message = join("; ", output.head_problems)
  }
}

run "builds_that_need_no_variables" {
  command = plan
  variables {
    environment_names = []
    head = jsonencode({
      version = 1, function_name = "create-order", alias = "live", wanted = { build = "aaaa" }, running = { build = { build = "bbbb" } }
    })
    records = {
      "shipway/builds/aaaa.json" = jsonencode({ contract = { runtime = "python3.13", handler = "app.handler" } })
      "shipway/builds/bbbb.json" = jsonencode({ contract = { runtime = "python3.13", handler = "app.handler" } })
    }
  }
  assert {
    condition     = length(output.running_unmet) == 0 && length(output.wanted_unmet) == 0 && length(output.head_problems) == 0
    error_message = join("; ", concat(output.running_unmet, output.wanted_unmet, output.head_problems))
  }
}
