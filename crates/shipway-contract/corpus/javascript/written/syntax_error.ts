import { put } from "./store";

const bucket = process.env.HALF_BUCKET!;

interface Event {
  id: string;
  body: = string;
}

export const handler = async (event: Event) => {
  const prefix = process.env.HALF_PREFIX ?? "raw";
  return put(bucket, `${prefix}/${event.id}`);
};

export const unfinished = async () => {
  if (process.env.HALF_DEBUG) {
    console.log(
