import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";

const sqs = new SQSClient({
  endpoint: process.env.SQS_ENDPOINT || undefined,
  maxAttempts: Number(process.env.SQS_MAX_ATTEMPTS ?? 3),
});

const queueUrl = process.env.QUEUE_URL;
const delay = parseInt(process.env["DELAY_SECONDS"] || "0", 10);
const prefix = (process.env.MESSAGE_PREFIX ?? "orders") + ":";

export async function handler(event) {
  for (const record of event.Records) {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        DelaySeconds: delay,
        MessageBody: prefix + record.body,
      }),
    );
  }
}
