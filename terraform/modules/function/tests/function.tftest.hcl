# Plans of the module with a mocked provider: what the function gets first, what stops a plan, what warns. What each
# trigger needs is tested in logic/tests.

mock_provider "aws" {}

variables {
  name                  = "create-order"
  project               = "orders"
  environment           = "production"
  function              = "create-order"
  store                 = "s3://acme-artifacts/shipway"
  runtime               = "python3.13"
  handler               = "app.handler"
  memory_size           = 256
  timeout               = 10
  environment_variables = { TABLE_NAME = "orders" }
}

override_data {
  target = data.aws_s3_objects.head
  values = { keys = ["shipway/heads/orders/production/create-order.json"] }
}

override_data {
  target = data.aws_s3_object.head
  values = { body = "{\"version\":1,\"function_name\":\"create-order\",\"alias\":\"live\",\"wanted\":{\"build\":\"aaaa\",\"required_variables\":[\"TABLE_NAME\"]},\"wanted_artifact_key\":\"artifacts/93c14a476311.zip\",\"running\":{\"build\":{\"build\":\"bbbb\",\"required_variables\":[\"TABLE_NAME\"]}}}" }
}

override_data {
  target = data.aws_s3_objects.records
  values = { keys = ["shipway/builds/aaaa.json", "shipway/builds/bbbb.json"] }
}

# OpenTofu overrides all instances alike: both builds have this contract.
override_data {
  target = data.aws_s3_object.records
  values = { body = "{\"contract\":{\"runtime\":\"python3.13\",\"handler\":\"app.handler\",\"environment\":[\"TABLE_NAME\"],\"memory_megabytes\":256}}" }
}

override_data {
  target = data.aws_s3_objects.artifact
  values = { keys = ["shipway/artifacts/93c14a476311.zip"] }
}

run "the_first_package_is_what_is_wanted" {
  command = plan
  assert {
    condition     = aws_lambda_function.this.s3_bucket == "acme-artifacts" && aws_lambda_function.this.s3_key == "shipway/artifacts/93c14a476311.zip" && aws_lambda_function.this.filename == null
    error_message = "${coalesce(aws_lambda_function.this.s3_key, "-")} ${coalesce(aws_lambda_function.this.filename, "-")}"
  }
  assert {
    condition     = aws_lambda_function.this.publish == false
    error_message = "Terraform publishes"
  }
  assert {
    condition     = aws_lambda_alias.this[0].function_version == "$LATEST" && aws_lambda_alias.this[0].name == "live"
    error_message = aws_lambda_alias.this[0].function_version
  }
}

run "a_missing_artifact_leaves_the_placeholder" {
  command = plan
  override_data {
    target = data.aws_s3_objects.artifact
    values = { keys = [] }
  }
  assert {
    condition     = endswith(aws_lambda_function.this.filename, "/placeholders/python.zip") && aws_lambda_function.this.s3_key == null
    error_message = coalesce(aws_lambda_function.this.filename, "-")
  }
  assert {
    condition     = fileexists(aws_lambda_function.this.filename)
    error_message = "the module does not carry ${aws_lambda_function.this.filename}"
  }
}

run "a_missing_head_fails_nothing" {
  command = plan
  variables { environment_variables = {} }
  override_data {
    target = data.aws_s3_objects.head
    values = { keys = [] }
  }
  assert {
    condition     = endswith(aws_lambda_function.this.filename, "/placeholders/python.zip") && length(data.aws_s3_object.head) == 0
    error_message = coalesce(aws_lambda_function.this.filename, "-")
  }
}

run "without_a_store_nothing_is_read" {
  command = plan
  variables { store = null }
  assert {
    condition     = length(data.aws_s3_objects.head) == 0 && length(data.aws_s3_object.records) == 0 && length(data.aws_s3_objects.artifact) == 0
    error_message = "something is read"
  }
}

run "what_the_running_build_needs_stops_the_plan" {
  command = plan
  variables { environment_variables = { QUEUE_URL = "https://sqs.example.com/orders" } }
  expect_failures = [aws_lambda_function.this, check.wanted_contract]
}

run "less_memory_than_the_running_build_needs_stops_the_plan" {
  command = plan
  variables { memory_size = 128 }
  expect_failures = [aws_lambda_function.this, check.wanted_contract]
}

run "what_may_be_missing_stops_nothing" {
  command = plan
  variables {
    environment_variables = {}
    accept_missing        = ["TABLE_NAME"]
  }
  assert {
    condition     = length(output.running_unmet) == 0 && length(aws_lambda_function.this.environment) == 0
    error_message = join("; ", output.running_unmet)
  }
}

run "what_the_wanted_build_needs_warns" {
  command = plan
  variables { environment_variables = {} }
  override_data {
    target = data.aws_s3_object.head
    values = { body = "{\"version\":1,\"function_name\":\"create-order\",\"alias\":\"live\",\"wanted\":{\"build\":\"aaaa\",\"required_variables\":[\"TABLE_NAME\"]},\"wanted_artifact_key\":\"artifacts/93c14a476311.zip\",\"running\":null}" }
  }
  expect_failures = [check.wanted_contract]
}

run "a_head_about_another_function_warns" {
  command = plan
  variables { name = "create-order-dev" }
  expect_failures = [check.head]
}

run "everything_calls_the_alias" {
  command = plan
  variables {
    keep_warm = {}
    triggers = {
      nightly = { schedule = { expression = "cron(0 3 * * ? *)" } }
      paid    = { event = { pattern = "{\"source\":[\"payments\"]}", bus = "payments" } }
      orders  = { sqs = { queue_arn = "arn:aws:sqs:eu-west-1:111111111111:orders", maximum_concurrency = 5, filters = ["{}"] } }
      topic   = { sns = { topic_arn = "arn:aws:sns:eu-west-1:111111111111:paid", dead_letter_arn = "arn:aws:sqs:eu-west-1:111111111111:failed" } }
      table   = { dynamodb = { stream_arn = "arn:aws:dynamodb:eu-west-1:111111111111:table/t/stream/s", on_failure_arn = "arn:aws:sqs:eu-west-1:111111111111:failed" } }
      clicks  = { kinesis = { stream_arn = "arn:aws:kinesis:eu-west-1:111111111111:stream/clicks" } }
      uploads = { s3 = { bucket_arn = "arn:aws:s3:::acme-uploads", rules = [{ suffix = ".csv" }] } }
      http    = { http_api = { api_id = "h1", execution_arn = "arn:aws:execute-api:eu-west-1:111111111111:h1", routes = ["POST /orders"] } }
      rest    = { rest_api = { rest_api_id = "r1", execution_arn = "arn:aws:execute-api:eu-west-1:111111111111:r1", resource_id = "abc" } }
      web     = { url = { authorization_type = "NONE", cors = { allow_origins = ["*"] } } }
      skill   = { principal = { name = "alexa-appkit.amazon.com", event_source_token = "amzn1.ask.skill.1" } }
    }
  }
  assert {
    condition     = length(aws_lambda_permission.this) == 10 && alltrue([for permission in aws_lambda_permission.this : permission.qualifier == "live"])
    error_message = jsonencode({ for key, permission in aws_lambda_permission.this : key => permission.qualifier })
  }
  assert {
    condition     = aws_lambda_function_url.this["this"].qualifier == "live"
    error_message = "the URL is the function's"
  }
  assert {
    condition     = keys(aws_cloudwatch_event_target.this) == ["keep-warm", "nightly", "paid"] && aws_cloudwatch_event_target.this["keep-warm"].input == "{\"shipway\":\"keep-warm\"}"
    error_message = join(" ", keys(aws_cloudwatch_event_target.this))
  }
  assert {
    condition     = keys(aws_lambda_event_source_mapping.this) == ["clicks", "orders", "table"] && keys(aws_sns_topic_subscription.this) == ["topic"]
    error_message = join(" ", keys(aws_lambda_event_source_mapping.this))
  }
  assert {
    condition     = aws_s3_bucket_notification.this["uploads"].bucket == "acme-uploads" && aws_apigatewayv2_route.this["http POST /orders"].route_key == "POST /orders" && aws_api_gateway_integration.this["rest"].type == "AWS_PROXY"
    error_message = "bucket, route or integration"
  }
}

run "a_function_without_an_alias" {
  command = plan
  variables {
    alias    = null
    store    = null
    triggers = { nightly = { schedule = { expression = "cron(0 3 * * ? *)" } } }
  }
  assert {
    condition     = length(aws_lambda_alias.this) == 0 && aws_lambda_permission.this["nightly"].qualifier == null
    error_message = "there is an alias"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["errors"].dimensions == tomap({ FunctionName = "create-order" })
    error_message = jsonencode(aws_cloudwatch_metric_alarm.this["errors"].dimensions)
  }
}

run "an_alarm_watches_the_alias" {
  command = plan
  assert {
    condition     = output.alarm_names == ["create-order-errors"] && aws_cloudwatch_metric_alarm.this["errors"].dimensions == tomap({ FunctionName = "create-order", Resource = "create-order:live" })
    error_message = jsonencode(aws_cloudwatch_metric_alarm.this["errors"].dimensions)
  }
}

run "everything_that_may_be_configured" {
  command = plan
  variables {
    vpc               = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
    file_system       = { access_point_arn = "arn:aws:elasticfilesystem:eu-west-1:111111111111:access-point/fsap-1", mount_path = "/mnt/data" }
    tracing           = "Active"
    ephemeral_storage = 1024
    dead_letter_arn   = "arn:aws:sqs:eu-west-1:111111111111:failed"
    snap_start        = "published-versions"
    layers            = ["arn:aws:lambda:eu-west-1:111111111111:layer:shared:1"]
    asynchronous      = { maximum_retry_attempts = 0, on_failure_arn = "arn:aws:sqs:eu-west-1:111111111111:failed" }
    policy_arns       = { tables = "arn:aws:iam::111111111111:policy/tables" }
    policies          = { secrets = "{}" }
  }
  assert {
    condition     = aws_lambda_function.this.dead_letter_config[0].target_arn == "arn:aws:sqs:eu-west-1:111111111111:failed" && aws_lambda_function.this.snap_start[0].apply_on == "PublishedVersions"
    error_message = "dead-letter queue or SnapStart"
  }
  assert {
    condition     = keys(aws_iam_role_policy.callers) == ["secrets"] && keys(aws_iam_role_policy_attachment.callers) == ["tables"]
    error_message = "policies"
  }
  assert {
    condition     = aws_lambda_function_event_invoke_config.this[0].qualifier == "live"
    error_message = "asynchronous calls of the function are configured, not of the alias"
  }
}

run "a_role_of_the_callers_own" {
  command = plan
  variables { role_arn = "arn:aws:iam::111111111111:role/create-order" }
  assert {
    condition     = length(aws_iam_role.this) == 0 && length(aws_iam_role_policy.module) == 0 && aws_lambda_function.this.role == "arn:aws:iam::111111111111:role/create-order"
    error_message = "a role is made"
  }
}
