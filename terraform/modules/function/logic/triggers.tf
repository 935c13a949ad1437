# What calls the function. This file is the same in the module and in its `logic`, which decides what each trigger needs;
# a check compares the two.

variable "triggers" {
  description = <<-EOT
    What calls the function, by a name of yours; each has exactly one kind. All of them call the alias, so that callers
    meet only code that was deployed whole.
  EOT
  type = map(object({
    # At set times: `rate(5 minutes)`, `cron(0 6 * * ? *)`. `input` is JSON; without it the event is EventBridge's own.
    schedule = optional(object({
      expression  = string
      input       = optional(string)
      description = optional(string)
      enabled     = optional(bool, true)
    }))

    # Events of an EventBridge bus that match a pattern, which is JSON.
    event = optional(object({
      pattern     = string
      bus         = optional(string)
      input       = optional(string)
      description = optional(string)
      enabled     = optional(bool, true)
    }))

    sqs = optional(object({
      queue_arn                  = string
      batch_size                 = optional(number)
      batching_window            = optional(number)
      maximum_concurrency        = optional(number)
      report_batch_item_failures = optional(bool, false)
      filters                    = optional(list(string), [])
      enabled                    = optional(bool, true)
    }))

    sns = optional(object({
      topic_arn           = string
      filter_policy       = optional(string)
      filter_policy_scope = optional(string)
      dead_letter_arn     = optional(string)
    }))

    dynamodb = optional(object({
      stream_arn                 = string
      starting_position          = optional(string, "LATEST")
      batch_size                 = optional(number)
      batching_window            = optional(number)
      parallelization_factor     = optional(number)
      maximum_retry_attempts     = optional(number)
      maximum_record_age         = optional(number)
      bisect_batch_on_error      = optional(bool)
      report_batch_item_failures = optional(bool, false)
      on_failure_arn             = optional(string)
      filters                    = optional(list(string), [])
      enabled                    = optional(bool, true)
    }))

    # `stream_arn` is a stream's, or that of a consumer with enhanced fan-out; then say `consumer_of`, the stream's.
    kinesis = optional(object({
      stream_arn                 = string
      consumer_of                = optional(string)
      starting_position          = optional(string, "LATEST")
      batch_size                 = optional(number)
      batching_window            = optional(number)
      parallelization_factor     = optional(number)
      maximum_retry_attempts     = optional(number)
      maximum_record_age         = optional(number)
      bisect_batch_on_error      = optional(bool)
      report_batch_item_failures = optional(bool, false)
      on_failure_arn             = optional(string)
      filters                    = optional(list(string), [])
      enabled                    = optional(bool, true)
    }))

    # A bucket has one notification configuration. `notification = "here"` lets this module own the whole of it;
    # `"elsewhere"` gives the bucket the permission alone, and you name the alias in a configuration of your own.
    s3 = optional(object({
      bucket_arn   = string
      notification = optional(string, "here")
      account      = optional(string)
      rules = optional(list(object({
        events = optional(list(string), ["s3:ObjectCreated:*"])
        prefix = optional(string)
        suffix = optional(string)
      })), [{}])
    }))

    # Routes of an HTTP API (API Gateway v2), like `POST /orders` or `$default`.
    http_api = optional(object({
      api_id                 = string
      execution_arn          = string
      routes                 = list(string)
      payload_format_version = optional(string, "2.0")
      timeout_milliseconds   = optional(number)
      authorization_type     = optional(string, "NONE")
      authorizer_id          = optional(string)
      authorization_scopes   = optional(list(string))
    }))

    # A method of a REST API (API Gateway v1). The API's deployment stays yours: it must follow the module's
    # `rest_integrations` output.
    rest_api = optional(object({
      rest_api_id          = string
      execution_arn        = string
      resource_id          = string
      http_method          = optional(string, "ANY")
      authorization        = optional(string, "NONE")
      authorizer_id        = optional(string)
      api_key_required     = optional(bool, false)
      timeout_milliseconds = optional(number)
    }))

    # A function URL of the alias; at most one.
    url = optional(object({
      authorization_type = optional(string, "AWS_IAM")
      invoke_mode        = optional(string, "BUFFERED")
      principals         = optional(list(string), [])
      cors = optional(object({
        allow_credentials = optional(bool)
        allow_headers     = optional(list(string))
        allow_methods     = optional(list(string))
        allow_origins     = optional(list(string))
        expose_headers    = optional(list(string))
        max_age           = optional(number)
      }))
    }))

    # Anything else that is allowed to call the alias: Alexa (`alexa-appkit.amazon.com` with the skill's id as
    # `event_source_token`), Lex (`lexv2.amazonaws.com`), Cognito, another account …
    principal = optional(object({
      name               = string
      source_arn         = optional(string)
      source_account     = optional(string)
      event_source_token = optional(string)
      organization       = optional(string)
    }))
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for trigger in values(var.triggers) : length([for kind in values(trigger) : true if kind != null]) == 1
    ])
    error_message = "Each trigger has exactly one kind: schedule, event, sqs, sns, dynamodb, kinesis, s3, http_api, rest_api, url or principal."
  }
  validation {
    # A trigger's name becomes part of statement ids and rule names.
    condition     = alltrue([for name in keys(var.triggers) : can(regex("^[A-Za-z][A-Za-z0-9_-]{0,63}$", name))])
    error_message = "A trigger's name is a letter and up to 63 letters, digits, - or _."
  }
  validation {
    condition     = !contains(keys(var.triggers), "keep-warm")
    error_message = "The name keep-warm is the module's own: say keep_warm = { … }."
  }
  validation {
    condition     = length([for trigger in values(var.triggers) : true if trigger.url != null]) <= 1
    error_message = "An alias has one function URL."
  }
  validation {
    condition     = alltrue([for trigger in values(var.triggers) : contains(["here", "elsewhere"], try(trigger.s3.notification, "here"))])
    error_message = "notification of an S3 trigger is \"here\" or \"elsewhere\"."
  }
  validation {
    condition = length(distinct([
      for trigger in values(var.triggers) : trigger.s3.bucket_arn if try(trigger.s3.notification, "") == "here"
      ])) == length([
      for trigger in values(var.triggers) : true if try(trigger.s3.notification, "") == "here"
    ])
    error_message = "Two S3 triggers own the notifications of one bucket: put their rules into one trigger."
  }
}
