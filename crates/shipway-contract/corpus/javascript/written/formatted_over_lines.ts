import { build } from "./build";

const table = process
  .env
  .MULTILINE_TABLE;

const topic =
  process.env[
    "MULTILINE_TOPIC"
  ] as string;

const {
  MULTILINE_QUEUE,
  MULTILINE_BUCKET:
    bucket,
  MULTILINE_LEVEL
    = "info",
} =
  process.env;

export const handler = async () =>
  build(
    table,
    topic,
    process.env.MULTILINE_MODE
      ?? "fast",
    MULTILINE_QUEUE, bucket, MULTILINE_LEVEL,
  );
