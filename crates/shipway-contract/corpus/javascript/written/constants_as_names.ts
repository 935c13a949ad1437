const TABLE_KEY = "INVOICE_TABLE";
const TIMEOUT_KEY = `INVOICE_TIMEOUT`;
let TOPIC_KEY = "INVOICE_TOPIC";
export const PREFIX_KEY = "INVOICE_PREFIX" as const;

const table = process.env[TABLE_KEY];
const timeout = process.env[TIMEOUT_KEY] || "1000";

function prefix(): string {
  const key = "INVOICE_SUFFIX";
  return `${process.env[PREFIX_KEY]}-${process.env[key]}`;
}

export const handler = async (event: { id: string }) => {
  const topic = process.env[TOPIC_KEY];
  const { [TABLE_KEY]: again } = process.env;
  return { key: prefix() + event.id, topic, table, again, timeout };
};
