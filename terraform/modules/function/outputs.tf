output "function_name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "The function's ARN, unqualified. Whoever calls it meets $LATEST: give callers callable_arn."
  value       = aws_lambda_function.this.arn
}

output "callable_arn" {
  description = "What callers call: the alias's ARN (the function's with alias = null)."
  value       = local.callable_arn
}

output "callable_invoke_arn" {
  description = "The same, as API Gateway wants it."
  value       = local.callable_invoke_arn
}

output "role_arn" {
  description = "The role that the function runs as."
  value       = local.role_arn
}

output "role_name" {
  description = "The made role's name, to give it more policies; null with a role of yours."
  value       = one(values(aws_iam_role.this)[*].name)
}

output "log_group_name" {
  description = "The log group's name."
  value       = aws_cloudwatch_log_group.this.name
}

output "function_url" {
  description = "The function URL, or null."
  value       = one(values(aws_lambda_function_url.this)[*].function_url)
}

output "rest_integrations" {
  description = "What a deployment of a REST API must follow: put it into the deployment's triggers."
  value = {
    for key, integration in aws_api_gateway_integration.this : key => {
      method      = aws_api_gateway_method.this[key].id
      integration = integration.id
      uri         = integration.uri
    }
  }
}

output "alarm_names" {
  description = "The alarms, for shipway.toml's rollout."
  value       = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name]
}

output "first_package" {
  description = "What the function got when it was made, or would get now: the wanted artifact, or the placeholder."
  value       = module.logic.package
}

output "running_unmet" {
  description = "What the configuration lacks of what the running build requires."
  value       = module.logic.running_unmet
}

output "wanted_unmet" {
  description = "What the configuration lacks of what the wanted build requires."
  value       = module.logic.wanted_unmet
}

output "configuration" {
  description = <<-EOT
    A digest that changes whenever the configuration does, known once the change is made: what triggers `shipway reconcile`
    from Terraform. Sensitive, because the variables' values are in it.
  EOT
  sensitive   = true
  value = sha256(jsonencode([
    aws_lambda_function.this.arn, local.callable_arn, local.role_arn, var.runtime, var.handler, var.memory_size, var.timeout,
    var.ephemeral_storage, var.environment_variables, var.kms_key_arn, var.layers, var.vpc, var.file_system, var.tracing,
    var.snap_start, var.dead_letter_arn, var.log_group, var.description,
  ]))
}
