import { Logger } from "@aws-lambda-powertools/logger";

const logger = new Logger();

export function endpoint(): string {
  const value = process.env.API_ENDPOINT;
  if (!value) {
    logger.warn("API_ENDPOINT is not set, using the public one");
    return "https://api.example.com";
  }
  return value;
}

export function license(): string | null {
  const key = process.env.LICENSE_KEY;
  if (key == null) {
    logger.error("no license key");
    return null;
  }
  return key;
}

export const handler = async () => ({ endpoint: endpoint(), licensed: license() !== null });
