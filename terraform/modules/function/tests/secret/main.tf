# A root whose variables' values are secret as a whole. If the names in the module's outputs were secret too, this would be no
# valid root: its own outputs are not marked.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

module "function" {
  source = "../.."

  name                  = "create-order"
  project               = "orders"
  environment           = "production"
  function              = "create-order"
  store                 = "s3://acme-artifacts/shipway"
  runtime               = "python3.13"
  handler               = "app.handler"
  memory_size           = 256
  environment_variables = sensitive({ TABLE_NAME = "orders" })
}

output "unmet" {
  value = concat(module.function.running_unmet, module.function.wanted_unmet)
}
