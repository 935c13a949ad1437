import type { APIGatewayProxyHandlerV2 } from "aws-lambda";

const origins = process.env.ALLOWED_ORIGINS?.split(",") ?? [];
const realm = process.env.REALM?.trim();
const admins = process.env["ADMINS"]?.toLowerCase()?.split(/\s+/);
const groups = process.env.GROUPS.split(",");
const strict = process.env.STRICT.toLowerCase() === "true";

export const handler: APIGatewayProxyHandlerV2 = async (event) => {
  const origin = event.headers.origin ?? "";
  if (strict && !origins.includes(origin)) {
    return { statusCode: 403 };
  }
  return { statusCode: 200, body: JSON.stringify({ realm, admins, groups }) };
};
