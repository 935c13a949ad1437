# What a rollout watches. The figures are the alias's, so that they are those of its callers; Shipway looks at a new
# version's own figures by itself.

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.metric_name} of ${var.name}${var.alias == null ? "" : ":${var.alias}"}"
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric_name
  statistic           = each.value.extended_statistic == null ? each.value.statistic : null
  extended_statistic  = each.value.extended_statistic
  comparison_operator = each.value.comparison_operator
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = each.value.datapoints_to_alarm
  treat_missing_data  = each.value.treat_missing_data
  alarm_actions       = each.value.actions
  tags                = var.tags

  dimensions = merge(
    { FunctionName = aws_lambda_function.this.function_name },
    var.alias == null ? {} : { Resource = "${aws_lambda_function.this.function_name}:${var.alias}" },
  )
}
