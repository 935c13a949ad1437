import type { WorkProcess } from "./work";

export function environmentOf(process: WorkProcess): string {
  return process.env.OWNER ?? process.env.CREATOR;
}

const summarize = (process: WorkProcess) => ({
  owner: process.env["OWNER"],
  late: process.deadline < Date.now(),
});

export const handler = async (event: { works: WorkProcess[] }) => {
  for (const process of event.works) {
    console.log(process.env.NAME, process.deadline);
  }
  return {
    table: process.env.WORKS_TABLE,
    all: event.works.map(summarize),
    owners: event.works.map(environmentOf),
  };
};
