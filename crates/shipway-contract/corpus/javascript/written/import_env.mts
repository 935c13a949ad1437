import { env } from "node:process";
import { env as environment } from "process";

export const table: string = env.PROFILES_TABLE!;
export const topic = environment.PROFILES_TOPIC;
export const cacheSeconds = Number.parseInt(env["PROFILES_CACHE"] ?? "60", 10);
const { PROFILES_BUCKET, PROFILES_STAGE = "dev" } = environment;

export const handler = async (event: { id: string }) => ({
  id: event.id,
  key: `${PROFILES_STAGE}/${PROFILES_BUCKET}/${event.id}`,
});
