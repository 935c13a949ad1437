# What Shipway's store says of this function: read here, understood in `logic`. A key that is not there is listed first,
# because reading it would fail the plan.

data "aws_s3_objects" "head" {
  count = var.store == null ? 0 : 1

  bucket = module.logic.bucket
  prefix = module.logic.head_key
}

data "aws_s3_object" "head" {
  count = contains(local.listed_heads, coalesce(module.logic.head_key, "-")) ? 1 : 0

  bucket = module.logic.bucket
  key    = module.logic.head_key
}

data "aws_s3_objects" "records" {
  for_each = module.logic.record_keys

  bucket = module.logic.bucket
  prefix = each.value
}

data "aws_s3_object" "records" {
  for_each = toset([for key, listed in data.aws_s3_objects.records : key if contains(listed.keys, key)])

  bucket = module.logic.bucket
  key    = each.value
}

data "aws_s3_objects" "artifact" {
  count = module.logic.artifact_key == null ? 0 : 1

  bucket = module.logic.bucket
  prefix = module.logic.artifact_key
}

data "aws_caller_identity" "current" {
  count = module.logic.buckets_without_account > 0 ? 1 : 0
}

locals {
  listed_heads     = flatten(data.aws_s3_objects.head[*].keys)
  listed_artifacts = flatten(data.aws_s3_objects.artifact[*].keys)

  # The names are no secret, and a message about a missing one must be readable; a value never leaves this line.
  environment_names = nonsensitive(toset(keys(var.environment_variables)))
}

module "logic" {
  source = "./logic"

  name              = var.name
  alias             = var.alias
  runtime           = var.runtime
  handler           = var.handler
  memory_size       = var.memory_size
  timeout           = var.timeout
  environment_names = local.environment_names
  accept_missing    = var.accept_missing

  store       = var.store
  project     = var.project
  environment = var.environment
  function    = var.function
  targets     = var.targets
  found       = toset(concat(local.listed_heads, local.listed_artifacts))
  head        = one(data.aws_s3_object.head[*].body)
  records     = { for key, record in data.aws_s3_object.records : key => record.body }

  triggers         = var.triggers
  keep_warm        = var.keep_warm
  log_group_arn    = aws_cloudwatch_log_group.this.arn
  vpc              = var.vpc == null ? "outside" : "inside"
  tracing          = var.tracing
  dead_letter_arn  = var.dead_letter_arn
  destination_arns = [for arn in [try(var.asynchronous.on_success_arn, null), try(var.asynchronous.on_failure_arn, null)] : arn if arn != null]
  account          = one(data.aws_caller_identity.current[*].account_id)
}
