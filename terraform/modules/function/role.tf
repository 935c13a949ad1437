# The role that the function runs as. Its ARN is frozen into every version, and an alias with weights wants the same in
# both: keep it, and change its policies instead.

locals {
  made_roles = var.role_arn == null ? { this = coalesce(var.role_name, var.name) } : {}
  role_arn   = var.role_arn == null ? aws_iam_role.this["this"].arn : var.role_arn
}

resource "aws_iam_role" "this" {
  for_each = local.made_roles

  name                 = each.value
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "module" {
  for_each = local.made_roles

  name = "shipway-function"
  role = aws_iam_role.this[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = module.logic.statements
  })
}

resource "aws_iam_role_policy" "callers" {
  for_each = var.role_arn == null ? var.policies : {}

  name   = each.key
  role   = aws_iam_role.this["this"].name
  policy = each.value
}

resource "aws_iam_role_policy_attachment" "callers" {
  for_each = var.role_arn == null ? var.policy_arns : {}

  role       = aws_iam_role.this["this"].name
  policy_arn = each.value
}
