# What a second apply leaves alone: the code is Shipway's once the function exists.

mock_provider "aws" {}

override_data {
  target = data.aws_s3_objects.head
  values = { keys = ["shipway/heads/orders/production/create-order.json"] }
}

override_data {
  target = data.aws_s3_object.head
  values = { body = "{\"version\":1,\"function_name\":\"create-order\",\"alias\":\"live\",\"wanted\":{\"build\":\"aaaa\"},\"wanted_artifact_key\":\"artifacts/93c14a476311.zip\",\"running\":null}" }
}

override_data {
  target = data.aws_s3_objects.records
  values = { keys = ["shipway/builds/aaaa.json"] }
}

override_data {
  target = data.aws_s3_object.records
  values = { body = "{\"contract\":{}}" }
}

override_data {
  target = data.aws_s3_objects.artifact
  values = { keys = ["shipway/artifacts/93c14a476311.zip"] }
}

variables {
  name        = "create-order"
  project     = "orders"
  environment = "production"
  function    = "create-order"
  runtime     = "python3.13"
  handler     = "app.handler"
}

run "it_starts_with_the_placeholder" {
  assert {
    condition     = endswith(aws_lambda_function.this.filename, "/placeholders/python.zip") && aws_lambda_function.this.architectures == tolist(["x86_64"])
    error_message = jsonencode(aws_lambda_function.this.architectures)
  }
}

run "package_and_architecture_are_not_touched_again" {
  command = plan
  variables {
    store        = "s3://acme-artifacts/shipway"
    architecture = "arm64"
    memory_size  = 256
  }
  assert {
    condition     = output.first_package.kind == "artifact"
    error_message = "the store was not read"
  }
  assert {
    condition     = aws_lambda_function.this.memory_size == 256
    error_message = "the configuration is not changed"
  }
  assert {
    condition     = endswith(aws_lambda_function.this.filename, "/placeholders/python.zip") && try(aws_lambda_function.this.s3_key, "") == null
    error_message = "the package is changed: ${jsonencode([aws_lambda_function.this.filename, aws_lambda_function.this.s3_key])}"
  }
  assert {
    condition     = aws_lambda_function.this.architectures == tolist(["x86_64"])
    error_message = jsonencode(aws_lambda_function.this.architectures)
  }
}
