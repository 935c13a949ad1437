const { EventBridgeClient, PutEventsCommand } = require("@aws-sdk/client-eventbridge");

const client = new EventBridgeClient({});
const bus = process.env.EVENT_BUS;

exports.handler = async (event) => {
  const source = process.env.EVENT_SOURCE || "shop";
  const {
    EVENT_TYPE,
  } = process.env;
  await client.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: bus, Source: source, DetailType: EVENT_TYPE, Detail: event.body }],
    }),
  );
};
