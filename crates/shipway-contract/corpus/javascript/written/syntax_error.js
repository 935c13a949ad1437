const table = process.env.BROKEN_TABLE;

exports.handler = async (event) => {
  const topic = process.env.BROKEN_TOPIC || "none";
  const result = await send(topic, event.;
  return result;
};

exports.other = async () => {
  return process.env.BROKEN_QUEUE;
};
