# What there is before the plan beside this file. Everything in it is `terraform_data`, which needs no provider.
#
# Recorded with Terraform 1.11.4, in a folder of its own:
#   cp before.tf main.tf; terraform init; terraform apply -auto-approve
#   cp after.tf main.tf; terraform plan -out plan; terraform show -json plan | python3 -m json.tool > plan.json

variable "password" {
  type      = string
  default   = "correct-horse"
  sensitive = true
}

resource "terraform_data" "function" {
  input = {
    function_name = "greet"
    memory_size   = 256
    environment = [{
      variables = {
        TABLE_NAME = "greetings"
        QUEUE_URL  = "https://example.com/queue"
        LEVEL      = "info"
      }
    }]
  }
}

resource "terraform_data" "hidden" {
  input = {
    environment = [{ variables = { PASSWORD = var.password } }]
  }
}

resource "terraform_data" "secret" {
  input = {
    environment = [{ variables = sensitive({ TABLE_NAME = "greetings", LEVEL = "info" }) }]
  }
}

resource "terraform_data" "computed" {
  input = {
    environment = [{ variables = { TABLE_NAME = "greetings" } }]
  }
}

resource "terraform_data" "role" {
  input            = "one"
  triggers_replace = ["one"]
}

resource "terraform_data" "key" {
  triggers_replace = ["one"]

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "queue" {
  input = "queue"
}

resource "terraform_data" "left" {
  input = "left"
}

resource "terraform_data" "old_name" {
  input = "moved"
}

resource "terraform_data" "same" {
  input = "same"
}
