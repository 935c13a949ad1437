import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";

const sns = new SNSClient({});

export async function publish(message: unknown): Promise<void> {
  const { TOPIC_ARN, SUBJECT = "Notification" } = process.env;
  await sns.send(
    new PublishCommand({
      TopicArn: TOPIC_ARN,
      Subject: SUBJECT,
      Message: JSON.stringify(message),
    }),
  );
}

export async function publishQuietly(message: unknown): Promise<boolean> {
  const { SILENCED: silenced, TOPIC_ARN: topic } = process.env;
  if (silenced) {
    return false;
  }
  await sns.send(new PublishCommand({ TopicArn: topic, Message: JSON.stringify(message) }));
  return true;
}
