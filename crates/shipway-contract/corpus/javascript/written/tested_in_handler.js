const { SNSClient, PublishCommand } = require("@aws-sdk/client-sns");

const debug = process.env.DEBUG_EVENTS;
const table = process.env.AUDIT_TABLE;
const topic = process.env.AUDIT_TOPIC;

const sns = new SNSClient({});

exports.handler = async (event) => {
  if (debug) {
    console.log(JSON.stringify(event));
  }
  if (!table) {
    throw new Error("AUDIT_TABLE is not set");
  }
  await sns.send(new PublishCommand({ TopicArn: topic, Message: `${table}: ${event.id}` }));
};
