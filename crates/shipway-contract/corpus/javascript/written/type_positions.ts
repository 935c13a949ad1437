// Types ask nothing of the environment.
declare global {
  namespace NodeJS {
    interface ProcessEnv {
      TABLE_NAME: string;
      OPTIONAL_THING?: string;
    }
  }
}

type EnvironmentName = keyof typeof process.env;
type Table = typeof process.env.TABLE_NAME;

interface Settings {
  table: Table;
  process: { env: { REGION_NAME: string } };
}

export function settings(defaults: Settings): Settings {
  return { ...defaults, table: process.env.TABLE_NAME };
}

export const names: EnvironmentName[] = ["TABLE_NAME", "OPTIONAL_THING"];
