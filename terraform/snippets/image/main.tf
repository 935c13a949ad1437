# A function that is a container image: the lines with `Shipway:` keep Terraform away from its code, so that another tool can
# own it. Shipway itself deploys zips; it refuses a function whose package is an image.

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

variable "first_image" {
  description = "An image that is in the repository before the function is made: Lambda cannot make one without. Any that fails when it is called will do."
  type        = string
}

resource "aws_ecr_repository" "render" {
  name                 = "render"
  image_tag_mutability = "IMMUTABLE"
}

# Lambda fetches the image again when an idle function wakes: no lifecycle policy may expire a digest that a version runs.
resource "aws_ecr_repository_policy" "render" {
  repository = aws_ecr_repository.render.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}

resource "aws_lambda_function" "render" {
  function_name = "render"
  role          = var.role_arn
  package_type  = "Image"
  timeout       = 60

  # Shipway: the first image only, and its processor.
  image_uri     = var.first_image
  architectures = ["arm64"]

  # Shipway: whoever deploys publishes.
  publish = false

  lifecycle {
    # Shipway: as for a zip. image_config (command, entry point) is configuration and stays Terraform's.
    ignore_changes = [
      image_uri,
      code_sha256,
      source_code_hash,
      filename,
      s3_bucket,
      s3_key,
      s3_object_version,
      source_kms_key_arn,
      architectures,
    ]
  }

  depends_on = [aws_ecr_repository_policy.render]
}

resource "aws_lambda_alias" "render" {
  name             = "live"
  function_name    = aws_lambda_function.render.function_name
  function_version = "$LATEST"

  lifecycle {
    ignore_changes = [function_version, routing_config]
  }
}

# Shipway: on the alias, as everything that calls.
resource "aws_lambda_permission" "bucket" {
  statement_id  = "uploads"
  function_name = aws_lambda_function.render.function_name
  qualifier     = aws_lambda_alias.render.name
  action        = "lambda:InvokeFunction"
  principal     = "s3.amazonaws.com"
  source_arn    = "arn:aws:s3:::acme-uploads"
}
