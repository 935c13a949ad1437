import { app } from "./app";
import { job } from "./job";

export const stage = app.process.env.STAGE;
export const owner = job.env.OWNER;
export const mode = import.meta.env.MODE;
export const config = { env: { TABLE: "orders" } };
export const table = config.env.TABLE;
export const version = process.versions.node;
export const title = process.title;
export const environment = process.environment?.NAME;
export const arguments_ = process.argv[2];

export class Task {
  process = { env: { NAME: "task" } };

  name(): string {
    return this.process.env.NAME;
  }
}

export const handler = async (event: unknown, context: { env: { KV: string } }) => context.env.KV;
