# The function, its alias and its log group.

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_group.retention_in_days
  kms_key_id        = var.log_group.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  description   = var.description
  role          = local.role_arn
  package_type  = "Zip"
  runtime       = var.runtime
  handler       = var.handler
  memory_size   = var.memory_size
  timeout       = var.timeout
  layers        = var.layers
  kms_key_arn   = var.kms_key_arn
  tags          = var.tags

  reserved_concurrent_executions = var.reserved_concurrent_executions
  code_signing_config_arn        = var.code_signing_config_arn

  # The first package only: see ignore_changes.
  architectures = [var.architecture]
  s3_bucket     = module.logic.package.bucket
  s3_key        = module.logic.package.key
  filename      = module.logic.package.kind == "placeholder" ? "${path.module}/placeholders/${module.logic.package.placeholder}" : null

  # Shipway publishes: a version of ours would freeze code with a configuration that nobody compared.
  publish = false

  dynamic "environment" {
    for_each = length(local.environment_names) == 0 ? [] : ["set"]
    content {
      variables = var.environment_variables
    }
  }

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage == null ? [] : [var.ephemeral_storage]
    content {
      size = ephemeral_storage.value
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc == null ? [] : [var.vpc]
    content {
      subnet_ids                  = vpc_config.value.subnet_ids
      security_group_ids          = vpc_config.value.security_group_ids
      ipv6_allowed_for_dual_stack = vpc_config.value.dual_stack
    }
  }

  dynamic "file_system_config" {
    for_each = var.file_system == null ? [] : [var.file_system]
    content {
      arn              = file_system_config.value.access_point_arn
      local_mount_path = file_system_config.value.mount_path
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing == null ? [] : [var.tracing]
    content {
      mode = tracing_config.value
    }
  }

  dynamic "dead_letter_config" {
    for_each = var.dead_letter_arn == null ? [] : [var.dead_letter_arn]
    content {
      target_arn = dead_letter_config.value
    }
  }

  dynamic "snap_start" {
    for_each = var.snap_start == "off" ? [] : ["on"]
    content {
      apply_on = "PublishedVersions"
    }
  }

  logging_config {
    log_group             = aws_cloudwatch_log_group.this.name
    log_format            = var.log_group.log_format
    application_log_level = var.log_group.application_log_level
    system_log_level      = var.log_group.system_log_level
  }

  lifecycle {
    # Every argument with which the provider would send code, and the architecture and the key that go with it: a change
    # of any of them would put the first package back. (lambda:UpdateFunctionCode takes them all.)
    ignore_changes = [
      filename,
      s3_bucket,
      s3_key,
      s3_object_version,
      source_code_hash,
      code_sha256,
      image_uri,
      source_kms_key_arn,
      architectures,
    ]

    precondition {
      condition     = length(module.logic.running_unmet) == 0
      error_message = <<-EOT
        The build that ${var.name} runs requires more than this configuration gives it: ${join("; ", module.logic.running_unmet)}.
        Deploy code that does without it first, or keep it. (Build ${coalesce(module.logic.running_build, "-")}; for a variable that may be missing: accept_missing.)
      EOT
    }
  }

  # A role that may not yet do what is configured makes Lambda refuse the function.
  depends_on = [
    aws_iam_role_policy.module,
    aws_iam_role_policy.callers,
    aws_iam_role_policy_attachment.callers,
  ]
}

# The running build stops a plan; the next one only makes itself heard: it is held until the configuration has it all.
check "wanted_contract" {
  assert {
    condition     = length(module.logic.wanted_unmet) == 0
    error_message = "The build that is wanted for ${var.name} waits for this configuration: ${join("; ", module.logic.wanted_unmet)}. (Build ${coalesce(module.logic.wanted_build, "-")}.)"
  }
}

check "head" {
  assert {
    condition     = length(module.logic.head_problems) == 0
    error_message = "Shipway's record of ${var.name} was not used as it should: ${join("; ", module.logic.head_problems)}."
  }
}

resource "aws_lambda_alias" "this" {
  count = var.alias == null ? 0 : 1

  name          = var.alias
  function_name = aws_lambda_function.this.function_name
  # Until Shipway publishes what runs and puts the alias there.
  function_version = "$LATEST"

  lifecycle {
    # An update of the alias sends version and weights; without weights it ends a canary.
    ignore_changes = [function_version, routing_config]
  }
}

locals {
  # What callers call.
  callable_arn        = var.alias == null ? aws_lambda_function.this.arn : aws_lambda_alias.this[0].arn
  callable_invoke_arn = var.alias == null ? aws_lambda_function.this.invoke_arn : aws_lambda_alias.this[0].invoke_arn
  # As resources take it that name function and qualifier apart; of the alias itself, so that they wait for it.
  qualifier = var.alias == null ? null : aws_lambda_alias.this[0].name
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count = var.asynchronous == null ? 0 : 1

  function_name                = aws_lambda_function.this.function_name
  qualifier                    = local.qualifier
  maximum_event_age_in_seconds = var.asynchronous.maximum_event_age
  maximum_retry_attempts       = var.asynchronous.maximum_retry_attempts

  dynamic "destination_config" {
    for_each = var.asynchronous.on_success_arn == null && var.asynchronous.on_failure_arn == null ? [] : ["set"]
    content {
      dynamic "on_success" {
        for_each = var.asynchronous.on_success_arn == null ? [] : [var.asynchronous.on_success_arn]
        content {
          destination = on_success.value
        }
      }
      dynamic "on_failure" {
        for_each = var.asynchronous.on_failure_arn == null ? [] : [var.asynchronous.on_failure_arn]
        content {
          destination = on_failure.value
        }
      }
    }
  }
}
