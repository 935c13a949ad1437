# The functions of shop in production: everything but their code, which `shipway deploy` brings.
# Made by `shipway terraform init` as a beginning. It is yours now: nothing writes it anew.

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
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]
}

# The newest version of layer shared: `shipway layers publish` makes the first.
data "aws_s3_objects" "shared" {
  bucket = "acme-artifacts"
  prefix = "shipway/layers/shop/production/shared/"
}

data "aws_s3_object" "shared" {
  bucket = "acme-artifacts"
  key    = data.aws_s3_objects.shared.keys[length(data.aws_s3_objects.shared.keys) - 1]
}

locals {
  shared_layer = jsondecode(data.aws_s3_object.shared.body).layer_version_arn
}
