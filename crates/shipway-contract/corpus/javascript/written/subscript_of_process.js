const table = process["env"].SUBSCRIPT_TABLE;
const topic = process["env"]["SUBSCRIPT_TOPIC"] || "none";
const queue = process.env['SUBSCRIPT_QUEUE'];
const bucket = process.env[`SUBSCRIPT_BUCKET`];
const spaced = process . env [ "SUBSCRIPT_SPACED" ];

exports.handler = async () => ({ table, topic, queue, bucket, spaced });
