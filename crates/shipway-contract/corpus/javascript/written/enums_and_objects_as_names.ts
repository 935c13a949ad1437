// Members of objects are no constants; they could change.
const Keys = { table: "MEMBER_TABLE", topic: "MEMBER_TOPIC" };

enum Variable {
  Bucket = "ENUM_BUCKET",
  Prefix = "ENUM_PREFIX",
}

export function destination(id: string): string {
  const bucket = process.env[Variable.Bucket];
  const prefix = process.env[Variable.Prefix] ?? "raw";
  return `s3://${bucket}/${prefix}/${id}`;
}

export const table = process.env[Keys.table];
export const topic = process.env[Keys["topic"]];

export const handler = async (event: { id: string }) => destination(event.id);
