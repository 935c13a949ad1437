# What Shipway does not know. Give each a value (terraform.tfvars, TF_VAR_NAME), or put what it stands for in its place
# in functions.tf, such as aws_dynamodb_table.orders.name, and remove it here.

variable "create_order_queue_url" {
  description = "Environment variable QUEUE_URL of create-order: shipway.toml requires it."
  type        = string
  nullable    = false
}

variable "create_order_table_name" {
  description = "Environment variable TABLE_NAME of create-order: create-order/app.py:3 reads it."
  type        = string
  nullable    = false
}

variable "create_order_layer_telemetry" {
  description = "ARN of a version of layer telemetry, which create-order needs."
  type        = string
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets in which the functions of production run that have to run in a VPC."
  type        = list(string)
  nullable    = false
}

variable "security_group_ids" {
  description = "Security groups in which the functions of production run that have to run in a VPC."
  type        = list(string)
  nullable    = false
}
