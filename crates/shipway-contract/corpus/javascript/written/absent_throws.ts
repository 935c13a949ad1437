import { SecretsManagerClient, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";

const client = new SecretsManagerClient({});

export async function secret(): Promise<string> {
  const id = process.env.SECRET_ID;
  if (!id) {
    console.error("no secret to read");
    throw new Error("SECRET_ID is not set");
  }
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
  return SecretString ?? "";
}

export function issuer(): URL {
  if (process.env.TOKEN_ISSUER === undefined) throw new TypeError("TOKEN_ISSUER is not set");
  return new URL(process.env.TOKEN_ISSUER);
}

export function audience(): string {
  const value = process.env.TOKEN_AUDIENCE;
  if (value != null && value !== "") {
    return value;
  } else {
    throw new Error("TOKEN_AUDIENCE is not set");
  }
}
