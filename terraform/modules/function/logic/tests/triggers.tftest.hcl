# What each trigger needs, which ones are refused, and what the role may do.

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

run "no_trigger_needs_nothing" {
  command = plan
  assert {
    condition = alltrue([
      length(output.permissions) == 0, length(output.rules) == 0, length(output.event_sources) == 0,
      length(output.subscriptions) == 0, length(output.notifications) == 0, length(output.http_apis) == 0,
      length(output.http_routes) == 0, length(output.rest_apis) == 0, output.url == null,
    ])
    error_message = "something is created for no trigger"
  }
}

run "a_schedule_and_keep_warm_are_rules_that_may_call" {
  command = plan
  variables {
    triggers  = { nightly = { schedule = { expression = "cron(0 3 * * ? *)" } } }
    keep_warm = { expression = "rate(5 minutes)", input = "{}" }
  }
  assert {
    condition     = keys(output.rules) == ["keep-warm", "nightly"] && keys(output.permissions) == ["keep-warm", "nightly"]
    error_message = "${jsonencode(output.rules)} ${jsonencode(output.permissions)}"
  }
  assert {
    condition     = output.rules.nightly.name == "create-order-nightly" && output.rules.nightly.schedule_expression == "cron(0 3 * * ? *)"
    error_message = jsonencode(output.rules.nightly)
  }
  assert {
    condition     = output.permissions.nightly.source_rule == "nightly" && output.permissions.nightly.principal == "events.amazonaws.com"
    error_message = jsonencode(output.permissions.nightly)
  }
}

run "a_rules_name_fits_what_eventbridge_takes" {
  command = plan
  variables {
    name = "a-function-with-a-name-that-is-as-long-as-lambda-takes-it-really"
    triggers = {
      nightly = { schedule = { expression = "rate(1 day)" } }
      nights  = { schedule = { expression = "rate(1 day)" } }
    }
  }
  assert {
    condition     = alltrue([for rule in values(output.rules) : length(rule.name) <= 64])
    error_message = jsonencode(output.rules)
  }
  assert {
    condition     = output.rules.nightly.name != output.rules.nights.name
    error_message = "two rules share the name ${output.rules.nights.name}"
  }
}

run "an_event_pattern_on_a_bus" {
  command = plan
  variables {
    triggers = { paid = { event = { pattern = "{\"source\":[\"payments\"]}", bus = "payments" } } }
  }
  assert {
    condition     = output.rules.paid.bus == "payments" && output.rules.paid.schedule_expression == null && output.rules.paid.enabled
    error_message = jsonencode(output.rules.paid)
  }
}

run "queues_and_streams_are_polled_and_need_no_permission" {
  command = plan
  variables {
    triggers = {
      orders = { sqs = { queue_arn = "arn:aws:sqs:eu-west-1:111111111111:orders", report_batch_item_failures = true } }
      table  = { dynamodb = { stream_arn = "arn:aws:dynamodb:eu-west-1:111111111111:table/t/stream/s" } }
      clicks = {
        kinesis = {
          stream_arn        = "arn:aws:kinesis:eu-west-1:111111111111:stream/clicks/consumer/fast:1"
          consumer_of       = "arn:aws:kinesis:eu-west-1:111111111111:stream/clicks"
          starting_position = "TRIM_HORIZON"
          on_failure_arn    = "arn:aws:sqs:eu-west-1:111111111111:failed"
        }
      }
    }
  }
  assert {
    condition     = keys(output.event_sources) == ["clicks", "orders", "table"] && length(output.permissions) == 0
    error_message = jsonencode(output.event_sources)
  }
  assert {
    condition     = tolist(output.event_sources.orders.response_types) == tolist(["ReportBatchItemFailures"]) && output.event_sources.orders.starting_position == null
    error_message = jsonencode(output.event_sources.orders)
  }
  assert {
    condition     = output.event_sources.table.starting_position == "LATEST" && output.event_sources.clicks.starting_position == "TRIM_HORIZON"
    error_message = jsonencode(output.event_sources)
  }
  assert {
    condition = toset(flatten([for statement in output.statements : statement.Resource if contains(statement.Action, "kinesis:GetRecords")])) == toset([
      "arn:aws:kinesis:eu-west-1:111111111111:stream/clicks",
      "arn:aws:kinesis:eu-west-1:111111111111:stream/clicks/consumer/fast:1",
    ])
    error_message = jsonencode(output.statements)
  }
  assert {
    condition     = length([for statement in output.statements : true if contains(statement.Action, "sqs:ReceiveMessage")]) == 1
    error_message = jsonencode(output.statements)
  }
  assert {
    condition     = [for statement in output.statements : statement.Resource if contains(statement.Action, "sqs:SendMessage")] == [["arn:aws:sqs:eu-west-1:111111111111:failed"]]
    error_message = jsonencode(output.statements)
  }
}

run "a_bucket_calls_from_one_account" {
  command = plan
  variables {
    account = "111111111111"
    triggers = {
      uploads = { s3 = { bucket_arn = "arn:aws:s3:::acme-uploads", rules = [{ suffix = ".csv" }, { prefix = "raw/" }] } }
      theirs  = { s3 = { bucket_arn = "arn:aws:s3:::partner", account = "222222222222", notification = "elsewhere" } }
    }
  }
  assert {
    condition     = output.permissions.uploads.source_account == "111111111111" && output.permissions.theirs.source_account == "222222222222"
    error_message = jsonencode(output.permissions)
  }
  assert {
    condition     = keys(output.notifications) == ["uploads"] && output.notifications.uploads.bucket == "acme-uploads" && length(output.notifications.uploads.rules) == 2
    error_message = jsonencode(output.notifications)
  }
  assert {
    condition     = output.buckets_without_account == 1
    error_message = output.buckets_without_account
  }
}

run "api_gateway_of_both_kinds" {
  command = plan
  variables {
    triggers = {
      http = { http_api = { api_id = "h1", execution_arn = "arn:aws:execute-api:eu-west-1:111111111111:h1", routes = ["POST /orders", "$default"] } }
      rest = { rest_api = { rest_api_id = "r1", execution_arn = "arn:aws:execute-api:eu-west-1:111111111111:r1", resource_id = "abc" } }
    }
  }
  assert {
    condition     = keys(output.http_routes) == ["http $default", "http POST /orders"] && keys(output.rest_apis) == ["rest"]
    error_message = jsonencode(output.http_routes)
  }
  assert {
    condition     = output.permissions.http.source_arn == "arn:aws:execute-api:eu-west-1:111111111111:h1/*/*" && output.permissions.rest.statement_id == "shipway-rest"
    error_message = jsonencode(output.permissions)
  }
}

run "a_url_for_everybody_needs_two_permissions" {
  command = plan
  variables { triggers = { web = { url = { authorization_type = "NONE" } } } }
  assert {
    condition     = { for key, permission in output.permissions : permission.action => permission.principal } == { "lambda:InvokeFunctionUrl" = "*", "lambda:InvokeFunction" = "*" }
    error_message = jsonencode(output.permissions)
  }
  assert {
    condition     = output.permissions["web-url-0"].function_url_auth_type == "NONE" && output.permissions["web-function-0"].invoked_via_function_url
    error_message = jsonencode(output.permissions)
  }
}

run "a_url_of_the_account_needs_none" {
  command = plan
  variables { triggers = { web = { url = {} } } }
  assert {
    condition     = length(output.permissions) == 0 && output.url.authorization_type == "AWS_IAM"
    error_message = jsonencode(output.permissions)
  }
}

run "other_principals_and_topics" {
  command = plan
  variables {
    triggers = {
      skill = { principal = { name = "alexa-appkit.amazon.com", event_source_token = "amzn1.ask.skill.1" } }
      bot   = { principal = { name = "lexv2.amazonaws.com", source_arn = "arn:aws:lex:eu-west-1:111111111111:bot-alias/B/A" } }
      paid  = { sns = { topic_arn = "arn:aws:sns:eu-west-1:111111111111:paid" } }
    }
  }
  assert {
    condition     = output.permissions.skill.event_source_token == "amzn1.ask.skill.1" && output.permissions.bot.source_arn == "arn:aws:lex:eu-west-1:111111111111:bot-alias/B/A"
    error_message = jsonencode(output.permissions)
  }
  assert {
    condition     = keys(output.subscriptions) == ["paid"] && output.permissions.paid.principal == "sns.amazonaws.com"
    error_message = jsonencode(output.permissions.paid)
  }
}

run "a_trigger_of_two_kinds_is_refused" {
  command = plan
  variables {
    triggers = { both = { schedule = { expression = "rate(1 day)" }, sns = { topic_arn = "arn:aws:sns:eu-west-1:111111111111:paid" } } }
  }
  expect_failures = [var.triggers]
}

run "a_trigger_of_no_kind_is_refused" {
  command = plan
  variables { triggers = { none = {} } }
  expect_failures = [var.triggers]
}

run "a_name_that_no_statement_may_have_is_refused" {
  command = plan
  variables { triggers = { "a b" = { schedule = { expression = "rate(1 day)" } } } }
  expect_failures = [var.triggers]
}

run "the_modules_own_name_is_refused" {
  command = plan
  variables { triggers = { keep-warm = { schedule = { expression = "rate(1 day)" } } } }
  expect_failures = [var.triggers]
}

run "two_urls_are_refused" {
  command = plan
  variables { triggers = { a = { url = {} }, b = { url = {} } } }
  expect_failures = [var.triggers]
}

run "two_owners_of_one_bucket_are_refused" {
  command = plan
  variables {
    triggers = {
      a = { s3 = { bucket_arn = "arn:aws:s3:::acme-uploads" } }
      b = { s3 = { bucket_arn = "arn:aws:s3:::acme-uploads" } }
    }
  }
  expect_failures = [var.triggers]
}

run "the_role_may_do_what_is_configured_and_no_more" {
  command = plan
  assert {
    condition     = flatten([for statement in output.statements : statement.Action]) == ["logs:CreateLogStream", "logs:PutLogEvents"]
    error_message = jsonencode(output.statements)
  }
}

run "a_vpc_tracing_and_a_dead_letter_queue_need_more" {
  command = plan
  variables {
    vpc             = "inside"
    tracing         = "Active"
    dead_letter_arn = "arn:aws:sqs:eu-west-1:111111111111:failed"
  }
  assert {
    condition     = [for statement in output.statements : statement.Sid] == ["Logs", "NetworkInterfaces", "Tracing", "Failures"]
    error_message = jsonencode(output.statements)
  }
}
