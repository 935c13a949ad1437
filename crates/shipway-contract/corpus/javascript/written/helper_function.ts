// The helper's own read is computed; its calls are no reads.
function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set`);
  }
  return value;
}

const optional = (name: string, otherwise: string) => process.env[name] ?? otherwise;

export const config = {
  table: required("TABLE_NAME"),
  topic: required("TOPIC_ARN"),
  level: optional("LOG_LEVEL", "info"),
  stage: process.env.STAGE ?? "dev",
};

export const handler = async () => config;
