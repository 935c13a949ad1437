import { Metrics } from "./metrics";

const verbose = !!process.env.VERBOSE;
const cold = !process.env.WARM;
const metrics = process.env.METRICS_NAMESPACE && new Metrics(process.env.METRICS_NAMESPACE);
const table = process.env.OVERRIDE_TABLE ? process.env.OVERRIDE_TABLE : "orders";

export const handler = async (event: { size: number }) => {
  if (verbose && process.env.DUMP_EVENTS) {
    console.log(JSON.stringify(event));
  }
  if (event.size > 10 || process.env.FORCE) {
    await import("./large");
  }
  while (process.env.SPIN) {
    await new Promise((done) => setTimeout(done, 10));
  }
  metrics?.count("events", 1);
  return { cold, table };
};
