# What the function's role may do so that everything that was configured works. What the code itself does is not known
# here: that comes from the caller.

locals {
  statements = concat(
    [{
      Sid      = "Logs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${var.log_group_arn}:*"]
    }],
    # Network interfaces have no ARNs that could be known before.
    [for vpc in [var.vpc] : {
      Sid    = "NetworkInterfaces"
      Effect = "Allow"
      Action = [
        "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
        "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
      ]
      Resource = ["*"]
    } if vpc == "inside"],
    [for tracing in [var.tracing] : {
      Sid      = "Tracing"
      Effect   = "Allow"
      Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      Resource = ["*"]
    } if tracing != null],
    [for arns in [[
      for arn in concat(
        var.destination_arns,
        var.dead_letter_arn == null ? [] : [var.dead_letter_arn],
        [for source in values(local.polled) : source.on_failure_arn if source.on_failure_arn != null],
      ) : arn
      ]] : {
      Sid      = "Failures"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction", "events:PutEvents"]
      Resource = arns
    } if length(arns) > 0],
    [for key, source in local.polled : {
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
      Resource = [source.arn]
    } if source.kind == "sqs"],
    [for key, source in local.polled : {
      Effect   = "Allow"
      Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
      Resource = [source.arn]
    } if source.kind == "dynamodb"],
    [for key, source in local.polled : {
      Effect = "Allow"
      Action = [
        "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
        "kinesis:ListShards", "kinesis:SubscribeToShard",
      ]
      Resource = distinct([source.stream_arn, source.arn])
    } if source.kind == "kinesis"],
    # These two know no resources.
    [for streams in [[for source in values(local.polled) : source if source.kind != "sqs"]] : {
      Sid      = "ListStreams"
      Effect   = "Allow"
      Action   = ["dynamodb:ListStreams", "kinesis:ListStreams"]
      Resource = ["*"]
    } if length(streams) > 0],
  )
}

output "statements" {
  description = "The statements of the role's policy."
  value       = local.statements
}
