# The variables' values may be secret; their names are compared all the same, and messages about them can be read.

mock_provider "aws" {}

override_data {
  target = module.function.data.aws_s3_objects.head
  values = { keys = ["shipway/heads/orders/production/create-order.json"] }
}

override_data {
  target = module.function.data.aws_s3_object.head
  values = { body = "{\"version\":1,\"function_name\":\"create-order\",\"alias\":\"live\",\"wanted\":{\"build\":\"aaaa\"},\"running\":null}" }
}

override_data {
  target = module.function.data.aws_s3_objects.records
  values = { keys = ["shipway/builds/aaaa.json"] }
}

override_data {
  target = module.function.data.aws_s3_object.records
  values = { body = "{\"contract\":{\"environment\":[\"TABLE_NAME\"],\"timeout_seconds\":3}}" }
}

run "values_may_be_secret_and_names_are_compared_all_the_same" {
  command = plan
  module {
    source = "./tests/secret"
  }
  assert {
    condition     = length(output.unmet) == 0
    error_message = join("; ", output.unmet)
  }
}
