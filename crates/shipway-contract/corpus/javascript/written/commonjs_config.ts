import type { Config } from "./types";

const environment: NodeJS.ProcessEnv = process.env;
const required = ["TABLE_NAME", "TOPIC_ARN"] as const;

const config: Config = {
  table: environment.CONFIG_TABLE!,
  retries: +(environment.CONFIG_RETRIES ?? 3),
  debug: environment["CONFIG_DEBUG"] !== undefined,
  missing: required.filter((name) => !(name in environment)),
};

export = config;
