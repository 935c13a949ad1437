# One function with its queue and its table: one call of the module, and no ARN that was pasted.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.40, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_sqs_queue" "orders" {
  name                       = "orders"
  visibility_timeout_seconds = 60
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    # With the placeholder every call fails: enough attempts that a message is still there when the code comes.
    maxReceiveCount = 20
  })
}

resource "aws_sqs_queue" "failed" {
  name                      = "orders-failed"
  message_retention_seconds = 1209600
}

module "create_order" {
  source = "../../modules/function"

  # As in shipway.toml.
  project     = "orders"
  environment = "production"
  function    = "create-order"
  store       = "s3://acme-artifacts/shipway"
  name        = "create-order"
  alias       = "live"

  runtime      = "python3.13"
  handler      = "app.handler"
  architecture = "arm64"
  memory_size  = 256
  timeout      = 10

  environment_variables = {
    FAILED_QUEUE_URL = aws_sqs_queue.failed.url
  }
  policies = {
    failed = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.failed.arn }]
    })
  }
  dead_letter_arn = aws_sqs_queue.failed.arn

  triggers = {
    orders  = { sqs = { queue_arn = aws_sqs_queue.orders.arn, report_batch_item_failures = true } }
    nightly = { schedule = { expression = "cron(0 3 * * ? *)" } }
  }
}

output "callable_arn" {
  value = module.create_order.callable_arn
}
