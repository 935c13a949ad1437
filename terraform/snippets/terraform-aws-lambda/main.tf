# A function of the community's module terraform-aws-modules/lambda, and what Shipway wants of it: the lines with `Shipway:`.
#
# A module's resources cannot be given ignore_changes from outside. What works instead: the module's package stays the same
# for ever, so that the provider never finds a difference. The names were checked against version 8.8.1.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.40, < 7.0"
    }
  }
}

module "create_order" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "~> 8.8"

  function_name = "create-order"
  runtime       = "python3.13"
  handler       = "app.handler"
  memory_size   = 256
  timeout       = 10

  environment_variables = {
    TABLE_NAME = "orders"
  }

  # Shipway: no package is built. The placeholder fails when it is called; terraform/modules/function carries one for each
  # runtime. A function that exists keeps its package: name the file or the S3 object that its state has.
  create_package         = false
  local_existing_package = "${path.module}/python.zip"

  # Shipway: without this, Terraform sees that the code is another than the file's and puts the file back.
  ignore_source_code_hash = true

  # Shipway: it publishes.
  publish = false

  # Shipway: do not change this line once the function exists. A change of the architecture alone makes the provider send
  # the placeholder again. Deploy with the architecture in shipway.toml.
  architectures = ["arm64"]

  # Shipway: no triggers here: these two would put them on the function and on a version.
  create_current_version_allowed_triggers   = false
  create_unqualified_alias_allowed_triggers = false
}

# Shipway: a plain resource, not the module's `alias`. With refresh_alias = false that ignores the version and not the
# weights, so that an apply in the middle of a canary ends it.
resource "aws_lambda_alias" "create_order" {
  name             = "live"
  function_name    = module.create_order.lambda_function_name
  function_version = "$LATEST" # until the first deployment

  lifecycle {
    ignore_changes = [function_version, routing_config]
  }
}

# Shipway: permissions on the alias, and whatever calls, calls aws_lambda_alias.create_order.arn.
resource "aws_lambda_permission" "nightly" {
  statement_id  = "nightly"
  function_name = module.create_order.lambda_function_name
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
  arn  = aws_lambda_alias.create_order.arn
}
