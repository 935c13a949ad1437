import type { ScheduledHandler } from "aws-lambda";
import { purge } from "./purge";

const {
  DRY_RUN,
  RETENTION_DAYS,
  ARCHIVE_BUCKET,
  NOTIFY_TOPIC,
} = process.env;

if (!ARCHIVE_BUCKET) {
  throw new Error("ARCHIVE_BUCKET is not set");
}

const days = RETENTION_DAYS === undefined ? 30 : Number(RETENTION_DAYS);
const mode = DRY_RUN ? "report" : "delete";
const topics: string[] = [];
if (NOTIFY_TOPIC) {
  topics.push(NOTIFY_TOPIC);
}

export const handler: ScheduledHandler = async () => {
  await purge({ days, mode, topics, bucket: ARCHIVE_BUCKET });
};
