import { load } from "./load";

const stage = process.argv[2] ?? "dev";

export function tableFor(kind: string): string {
  const table = process.env[`TABLE_${kind.toUpperCase()}`];
  if (!table) throw new Error(`no table for ${kind}`);
  return table;
}

const names = ["FIRST_QUEUE", "SECOND_QUEUE"];
const queues = names.map((name) => process.env[name]);
const first = process.env[names[0]];
const byStage = process.env["BUCKET_" + stage] ?? "default";

export const handler = async (event: { kind: string }) => {
  const { [event.kind]: override } = process.env;
  if (event.kind in process.env) {
    console.log("overridden");
  }
  return load(override ?? tableFor(event.kind), queues, first, byStage);
};
