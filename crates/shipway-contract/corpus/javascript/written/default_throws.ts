const raise = (message: string): never => {
  throw new Error(message);
};

export const table =
  process.env.THROWING_TABLE ??
  (() => {
    throw new Error("THROWING_TABLE is not set");
  })();

export const stage = process.env.THROWING_STAGE ? process.env.THROWING_STAGE : "dev";

export function topic(): string {
  const value = process.env.THROWING_TOPIC;
  if (typeof value === "string" && value) {
    return value;
  }
  throw new Error("THROWING_TOPIC is not set");
}

export const handler = async (event: { id?: string }) => event.id ?? raise("no id");
