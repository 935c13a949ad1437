# A function that is written as plain resources, and what Shipway wants of it: the lines with `Shipway:`.
#
# Adding ignore_changes and an alias to a function that exists changes nothing that runs. Moving its callers from the
# function to the alias does: do that after the first `shipway deploy`, when the alias is on a version.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.40, < 7.0"
    }
  }
}

variable "role_arn" {
  description = "The function's role."
  type        = string
}

variable "environment_variables" {
  description = "What the function is configured with."
  type        = map(string)
}

resource "aws_lambda_function" "create_order" {
  function_name = "create-order"
  role          = var.role_arn
  runtime       = "python3.13"
  handler       = "app.handler"
  memory_size   = 256
  timeout       = 10

  environment {
    variables = var.environment_variables
  }

  # Shipway: the first package only. A function that exists keeps what it says here already. For a new one take a
  # placeholder that fails when it is called, so that no event is lost before the code is there: terraform/modules/function
  # carries one for each runtime.
  filename      = "${path.module}/python.zip"
  architectures = ["arm64"]

  # Shipway: it publishes. A version of Terraform's would freeze code with a configuration that nobody compared.
  publish = false

  lifecycle {
    # Shipway: every argument with which the provider calls UpdateFunctionCode. One that is missing here and changes puts
    # the package of this configuration back over what was deployed.
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
  }
}

# Shipway: callers call this. Code and configuration go live behind it together.
resource "aws_lambda_alias" "create_order" {
  name             = "live"
  function_name    = aws_lambda_function.create_order.function_name
  function_version = "$LATEST" # until the first deployment

  lifecycle {
    # The weights as well: an update of the alias without them ends a canary that is under way.
    ignore_changes = [function_version, routing_config]
  }
}

# Shipway: permissions on the alias. Each qualifier has a policy of its own: one on the function does not allow calls of the
# alias. A statement cannot move: make this one, move the caller, then remove the old one.
resource "aws_lambda_permission" "nightly" {
  statement_id  = "nightly"
  function_name = aws_lambda_function.create_order.function_name
  qualifier     = aws_lambda_alias.create_order.name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.nightly.arn
}

resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "create-order-nightly"
  schedule_expression = "cron(0 3 * * ? *)"
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule = aws_cloudwatch_event_rule.nightly.name
  arn  = aws_lambda_alias.create_order.arn # Shipway: was aws_lambda_function.create_order.arn
}

# Shipway: a queue or stream is polled for the alias. The mapping stays where it is when the alias moves.
resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = aws_lambda_alias.create_order.arn # Shipway: was the function's ARN or name
}

# Shipway: what is set for each qualifier starts empty on the alias: retries and destinations of asynchronous calls, and the
# function URL, which gets another address.
resource "aws_lambda_function_event_invoke_config" "create_order" {
  function_name          = aws_lambda_function.create_order.function_name
  qualifier              = aws_lambda_alias.create_order.name
  maximum_retry_attempts = 2
}
