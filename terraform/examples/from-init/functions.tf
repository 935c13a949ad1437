module "create_order" {
  source = "../../modules/function"

  # As in shipway.toml.
  project     = "shop"
  environment = "production"
  function    = "create-order"
  store       = "s3://acme-artifacts/shipway"
  name        = "create-order"
  alias       = "live"

  runtime      = "python3.13"
  handler      = "app.handler"
  architecture = "arm64"
  memory_size  = 512
  timeout      = 20

  environment_variables = {
    QUEUE_URL  = var.create_order_queue_url
    TABLE_NAME = var.create_order_table_name
    # LOG_LEVEL may be set: create-order/app.py:4 reads it.
  }

  layers = [local.shared_layer, var.create_order_layer_telemetry]

  vpc = {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }
}

module "notify_notify_eu" {
  source = "../../modules/function"

  # As in shipway.toml.
  project     = "shop"
  environment = "production"
  function    = "notify"
  targets     = "several"
  store       = "s3://acme-artifacts/shipway"
  name        = "notify-eu"
  alias       = "live"

  runtime      = "python3.13"
  handler      = "app.handler"
  architecture = "x86_64"

  environment_variables = {
    # notify/app.py:5 reads a variable whose name is computed.
  }
}

module "notify_notify_us" {
  source = "../../modules/function"

  # As in shipway.toml.
  project     = "shop"
  environment = "production"
  function    = "notify"
  targets     = "several"
  store       = "s3://acme-artifacts/shipway"
  name        = "notify-us"
  alias       = "live"

  runtime      = "python3.13"
  handler      = "app.handler"
  architecture = "x86_64"

  environment_variables = {
    # notify/app.py:5 reads a variable whose name is computed.
  }
}
