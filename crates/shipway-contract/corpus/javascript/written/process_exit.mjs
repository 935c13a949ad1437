import { connect } from "./database.mjs";

const dsn = process.env.DATABASE_DSN;
if (!dsn) {
  console.error("DATABASE_DSN is missing");
  process.exit(1);
}

if (!process.env.WORK_ITEM) {
  console.log("nothing to do");
  process.exit(0);
}

const connection = await connect(dsn);
await connection.run(process.env.WORK_ITEM);

export const handler = async (event) => connection.run(event.item);
