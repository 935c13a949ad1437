# What each trigger needs: who may call the alias, which rules fire, what is polled.

locals {
  nobody = {
    action                   = "lambda:InvokeFunction"
    principal                = null
    source_arn               = null
    source_rule              = null
    source_account           = null
    event_source_token       = null
    principal_org_id         = null
    function_url_auth_type   = null
    invoked_via_function_url = null
  }

  rules = merge(
    { for key, trigger in var.triggers : key => {
      schedule_expression = trigger.schedule.expression
      event_pattern       = null
      bus                 = null
      input               = trigger.schedule.input
      description         = trigger.schedule.description
      enabled             = trigger.schedule.enabled
    } if trigger.schedule != null },
    { for key, trigger in var.triggers : key => {
      schedule_expression = null
      event_pattern       = trigger.event.pattern
      bus                 = trigger.event.bus
      input               = trigger.event.input
      description         = trigger.event.description
      enabled             = trigger.event.enabled
    } if trigger.event != null },
    { for key, schedule in { keep-warm = var.keep_warm } : key => {
      schedule_expression              = schedule.expression
      event_pattern                    = null
      bus                              = null
      input                            = schedule.input
      description                      = "Keeps an execution environment of the alias warm"
      enabled                          = true
    } if schedule != null },
  )

  # EventBridge takes 64 characters, Lambda as many for a function's name alone.
  rule_names = {
    for key in keys(local.rules) : key => (
      length("${var.name}-${key}") <= 64
      ? "${var.name}-${key}"
      : "${substr("${var.name}-${key}", 0, 55)}-${substr(sha256("${var.name}-${key}"), 0, 8)}"
    )
  }

  permissions = merge(
    { for key in keys(local.rules) : key => merge(local.nobody, { principal = "events.amazonaws.com", source_rule = key }) },
    { for key, trigger in var.triggers : key => merge(local.nobody, {
      principal  = "sns.amazonaws.com"
      source_arn = trigger.sns.topic_arn
    }) if trigger.sns != null },
    # A bucket's name can be somebody else's tomorrow, so that its ARN alone says too little.
    { for key, trigger in var.triggers : key => merge(local.nobody, {
      principal      = "s3.amazonaws.com"
      source_arn     = trigger.s3.bucket_arn
      source_account = trigger.s3.account == null ? var.account : trigger.s3.account
    }) if trigger.s3 != null },
    { for key, trigger in var.triggers : key => merge(local.nobody, {
      principal  = "apigateway.amazonaws.com"
      source_arn = "${trigger.http_api.execution_arn}/*/*"
    }) if trigger.http_api != null },
    { for key, trigger in var.triggers : key => merge(local.nobody, {
      principal  = "apigateway.amazonaws.com"
      source_arn = "${trigger.rest_api.execution_arn}/*/*"
    }) if trigger.rest_api != null },
    { for key, trigger in var.triggers : key => merge(local.nobody, {
      principal          = trigger.principal.name
      source_arn         = trigger.principal.source_arn
      source_account     = trigger.principal.source_account
      event_source_token = trigger.principal.event_source_token
      principal_org_id   = trigger.principal.organization
    }) if trigger.principal != null },
    # A URL that anybody may call needs both, and so does one for named principals.
    merge([
      for key, trigger in var.triggers : merge([
        for number, principal in trigger.url.authorization_type == "NONE" ? ["*"] : trigger.url.principals : {
          "${key}-url-${number}" = merge(local.nobody, {
            action                 = "lambda:InvokeFunctionUrl"
            principal              = principal
            function_url_auth_type = trigger.url.authorization_type
          })
          "${key}-function-${number}" = merge(local.nobody, {
            principal                = principal
            invoked_via_function_url = true
          })
        }
      ]...) if trigger.url != null
    ]...),
  )

  streams = merge(
    { for key, trigger in var.triggers : key => merge(trigger.dynamodb, {
      kind        = "dynamodb"
      consumer_of = null
    }) if trigger.dynamodb != null },
    { for key, trigger in var.triggers : key => merge(trigger.kinesis, { kind = "kinesis" }) if trigger.kinesis != null },
  )

  polled = merge(
    { for key, trigger in var.triggers : key => {
      kind                   = "sqs"
      arn                    = trigger.sqs.queue_arn
      stream_arn             = null
      starting_position      = null
      batch_size             = trigger.sqs.batch_size
      batching_window        = trigger.sqs.batching_window
      parallelization_factor = null
      maximum_retry_attempts = null
      maximum_record_age     = null
      bisect_batch_on_error  = null
      maximum_concurrency    = trigger.sqs.maximum_concurrency
      response_types         = trigger.sqs.report_batch_item_failures ? ["ReportBatchItemFailures"] : []
      on_failure_arn         = null
      filters                = trigger.sqs.filters
      enabled                = trigger.sqs.enabled
    } if trigger.sqs != null },
    { for key, stream in local.streams : key => {
      kind                   = stream.kind
      arn                    = stream.stream_arn
      stream_arn             = stream.consumer_of == null ? stream.stream_arn : stream.consumer_of
      starting_position      = stream.starting_position
      batch_size             = stream.batch_size
      batching_window        = stream.batching_window
      parallelization_factor = stream.parallelization_factor
      maximum_retry_attempts = stream.maximum_retry_attempts
      maximum_record_age     = stream.maximum_record_age
      bisect_batch_on_error  = stream.bisect_batch_on_error
      maximum_concurrency    = null
      response_types         = stream.report_batch_item_failures ? ["ReportBatchItemFailures"] : []
      on_failure_arn         = stream.on_failure_arn
      filters                = stream.filters
      enabled                = stream.enabled
    } },
  )
}

output "rules" {
  description = "The EventBridge rules, by trigger: schedules, patterns, and keep-warm."
  value       = { for key, rule in local.rules : key => merge(rule, { name = local.rule_names[key] }) }
}

output "permissions" {
  description = "Who may call the alias, by statement. source_rule names a rule whose ARN is the source."
  value       = { for key, permission in local.permissions : key => merge(permission, { statement_id = "shipway-${key}" }) }
}

output "event_sources" {
  description = "What Lambda polls for the alias, by trigger."
  value       = local.polled
}

output "subscriptions" {
  description = "SNS topics, by trigger."
  value       = { for key, trigger in var.triggers : key => trigger.sns if trigger.sns != null }
}

output "notifications" {
  description = "Buckets whose notifications the module owns, by trigger."
  value = {
    for key, trigger in var.triggers : key => {
      bucket = element(split(":", trigger.s3.bucket_arn), 5)
      rules  = trigger.s3.rules
    } if try(trigger.s3.notification, "elsewhere") == "here"
  }
}

output "http_apis" {
  description = "HTTP APIs, by trigger."
  value       = { for key, trigger in var.triggers : key => trigger.http_api if trigger.http_api != null }
}

output "http_routes" {
  description = "Routes of HTTP APIs, by trigger and route."
  value = merge([
    for key, trigger in var.triggers : {
      for route in trigger.http_api.routes : "${key} ${route}" => { trigger = key, route = route }
    } if trigger.http_api != null
  ]...)
}

output "rest_apis" {
  description = "REST APIs, by trigger."
  value       = { for key, trigger in var.triggers : key => trigger.rest_api if trigger.rest_api != null }
}

output "url" {
  description = "The function URL, or null."
  value       = one([for trigger in values(var.triggers) : trigger.url if trigger.url != null])
}

output "buckets_without_account" {
  description = "How many S3 triggers leave it to the module to say whose the bucket is."
  value       = length([for trigger in values(var.triggers) : true if trigger.s3 != null && try(trigger.s3.account, null) == null])
}
