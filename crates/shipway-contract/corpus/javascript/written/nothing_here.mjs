import { readFile } from "node:fs/promises";

const env = JSON.parse(await readFile(new URL("./env.json", import.meta.url), "utf8"));

const environment = {
  TABLE_NAME: env.TABLE_NAME,
  get(name) {
    return this[name];
  },
};

export const handler = async (event) => {
  const { TOPIC_ARN } = env;
  return { table: environment.get("TABLE_NAME"), topic: TOPIC_ARN, id: event.id };
};
