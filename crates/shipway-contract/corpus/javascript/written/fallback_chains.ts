const table = process.env.NEW_TABLE || process.env.OLD_TABLE || "orders";
const topic = process.env.NEW_TOPIC ?? process.env.OLD_TOPIC;

export function endpoint(options: { endpoint?: string }): string {
  return options.endpoint ?? process.env.SERVICE_URL ?? "https://service.example.com";
}

export function key(options: { key?: string }): string | undefined {
  return options.key ?? process.env.SERVICE_KEY;
}

export const handler = async (event: { endpoint?: string; key?: string }) => ({
  table,
  topic,
  endpoint: endpoint(event),
  key: key(event),
});
