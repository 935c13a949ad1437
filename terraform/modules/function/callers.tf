# What calls the function: all of it calls the alias. What each trigger needs is decided in `logic`.

resource "aws_lambda_permission" "this" {
  for_each = module.logic.permissions

  function_name            = aws_lambda_function.this.function_name
  qualifier                = local.qualifier
  statement_id             = each.value.statement_id
  action                   = each.value.action
  principal                = each.value.principal
  source_arn               = each.value.source_rule == null ? each.value.source_arn : aws_cloudwatch_event_rule.this[each.value.source_rule].arn
  source_account           = each.value.source_account
  event_source_token       = each.value.event_source_token
  principal_org_id         = each.value.principal_org_id
  function_url_auth_type   = each.value.function_url_auth_type
  invoked_via_function_url = each.value.invoked_via_function_url
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = module.logic.rules

  name                = each.value.name
  description         = each.value.description
  event_bus_name      = each.value.bus
  schedule_expression = each.value.schedule_expression
  event_pattern       = each.value.event_pattern
  state               = each.value.enabled ? "ENABLED" : "DISABLED"
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = module.logic.rules

  rule           = aws_cloudwatch_event_rule.this[each.key].name
  event_bus_name = aws_cloudwatch_event_rule.this[each.key].event_bus_name
  target_id      = "shipway"
  arn            = local.callable_arn
  input          = each.value.input

  # The first event must find the door open.
  depends_on = [aws_lambda_permission.this]
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = module.logic.event_sources

  function_name                      = local.callable_arn
  event_source_arn                   = each.value.arn
  enabled                            = each.value.enabled
  starting_position                  = each.value.starting_position
  batch_size                         = each.value.batch_size
  maximum_batching_window_in_seconds = each.value.batching_window
  parallelization_factor             = each.value.parallelization_factor
  maximum_retry_attempts             = each.value.maximum_retry_attempts
  maximum_record_age_in_seconds      = each.value.maximum_record_age
  bisect_batch_on_function_error     = each.value.bisect_batch_on_error
  function_response_types            = each.value.response_types
  tags                               = var.tags

  dynamic "scaling_config" {
    for_each = each.value.maximum_concurrency == null ? [] : [each.value.maximum_concurrency]
    content {
      maximum_concurrency = scaling_config.value
    }
  }

  dynamic "destination_config" {
    for_each = each.value.on_failure_arn == null ? [] : [each.value.on_failure_arn]
    content {
      on_failure {
        destination_arn = destination_config.value
      }
    }
  }

  dynamic "filter_criteria" {
    for_each = length(each.value.filters) == 0 ? [] : [each.value.filters]
    content {
      dynamic "filter" {
        for_each = filter_criteria.value
        content {
          pattern = filter.value
        }
      }
    }
  }

  # Lambda tries the source with the role when the mapping is made.
  depends_on = [aws_iam_role_policy.module]
}

resource "aws_sns_topic_subscription" "this" {
  for_each = module.logic.subscriptions

  topic_arn           = each.value.topic_arn
  protocol            = "lambda"
  endpoint            = local.callable_arn
  filter_policy       = each.value.filter_policy
  filter_policy_scope = each.value.filter_policy_scope
  redrive_policy      = each.value.dead_letter_arn == null ? null : jsonencode({ deadLetterTargetArn = each.value.dead_letter_arn })

  depends_on = [aws_lambda_permission.this]
}

resource "aws_s3_bucket_notification" "this" {
  for_each = module.logic.notifications

  bucket = each.value.bucket

  dynamic "lambda_function" {
    for_each = each.value.rules
    content {
      lambda_function_arn = local.callable_arn
      events              = lambda_function.value.events
      filter_prefix       = lambda_function.value.prefix
      filter_suffix       = lambda_function.value.suffix
    }
  }

  # S3 tries the permission when the notification is made.
  depends_on = [aws_lambda_permission.this]
}
