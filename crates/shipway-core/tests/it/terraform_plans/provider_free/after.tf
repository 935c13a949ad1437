# What the plan beside this file makes of before.tf, which says how it was recorded.

variable "password" {
  type      = string
  default   = "correct-horse"
  sensitive = true
}

resource "terraform_data" "function" {
  input = {
    function_name = "greet"
    memory_size   = 128
    environment = [{
      variables = {
        TABLE     = "greetings"
        QUEUE_URL = terraform_data.new.id
        LEVEL     = "info"
      }
    }]
  }
}

resource "terraform_data" "hidden" {
  input = {
    environment = [{ variables = { PASSWORD = var.password, TABLE = "greetings" } }]
  }
}

resource "terraform_data" "secret" {
  input = {
    environment = [{ variables = sensitive({ LEVEL = "info" }) }]
  }
}

resource "terraform_data" "computed" {
  input = {
    environment = [{ variables = { for name in [terraform_data.new.id] : name => name } }]
  }
}

resource "terraform_data" "role" {
  input            = "one"
  triggers_replace = ["two"]
}

resource "terraform_data" "key" {
  triggers_replace = ["two"]

  lifecycle {
    create_before_destroy = true
  }
}

removed {
  from = terraform_data.left

  lifecycle {
    destroy = false
  }
}

moved {
  from = terraform_data.old_name
  to   = terraform_data.new_name
}

resource "terraform_data" "new_name" {
  input = "moved"
}

resource "terraform_data" "same" {
  input = "same"
}

resource "terraform_data" "new" {
  input = "new"
}
