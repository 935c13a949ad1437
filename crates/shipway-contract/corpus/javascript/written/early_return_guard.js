const webhook = process.env.SLACK_WEBHOOK;

async function notify(text) {
  const channel = process.env.SLACK_CHANNEL;
  if (!channel) {
    return;
  }
  await fetch(webhook, { method: "POST", body: JSON.stringify({ channel, text }) });
}

async function audit(entry) {
  if (!process.env.AUDIT_URL) return false;
  await fetch(process.env.AUDIT_URL, { method: "POST", body: JSON.stringify(entry) });
  return true;
}

if (webhook === undefined) {
  console.warn("SLACK_WEBHOOK is not set: nobody will be told");
}

exports.handler = async (event) => {
  await audit(event);
  await notify(`${event.source} says ${event["detail-type"]}`);
};
