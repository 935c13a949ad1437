import process from "node:process";
import * as proc from "process";

const region = process.env.TARGET_REGION;
const account = proc.env.TARGET_ACCOUNT ?? "000000000000";

export const handler = async (event: { name: string }) =>
  `arn:aws:sqs:${region}:${account}:${process.env.QUEUE_PREFIX}-${event.name}`;
