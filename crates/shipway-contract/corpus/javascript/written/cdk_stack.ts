// Sets variables for a function, and reads a few of its own.
import { Stack, type StackProps } from "aws-cdk-lib";
import { Function, Code, Runtime } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, {
      ...props,
      env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
    });
    const handler = new Function(this, "Orders", {
      runtime: Runtime.NODEJS_20_X,
      handler: "index.handler",
      code: Code.fromAsset("dist"),
      environment: {
        TABLE_NAME: "orders",
        LOG_LEVEL: process.env.LOG_LEVEL ?? "info",
      },
    });
    handler.addEnvironment("TOPIC_ARN", "arn:aws:sns:eu-west-1:000000000000:orders");
  }
}
