import assert from "node:assert";
import { strict } from "node:assert";

const table = process.env.ASSERTED_TABLE;
assert(table, "ASSERTED_TABLE is not set");

assert(process.env.ASSERTED_TOPIC);

export function queue(): string {
  const url = process.env.ASSERTED_QUEUE;
  assert.ok(url !== undefined, "ASSERTED_QUEUE is not set");
  return url;
}

export function bucket(): string {
  strict(process.env.ASSERTED_BUCKET, "no bucket");
  return "bucket";
}

export const handler = async () => ({ table, queue: queue(), bucket: bucket() });
