import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";

export const cognito = new CognitoIdentityProviderClient({});

const poolId = process.env.USER_POOL_ID!;
const clientId = process.env.CLIENT_ID as string;
const domain = <string>process.env.AUTH_DOMAIN;
const scope = process.env["AUTH_SCOPE"]! satisfies string;
const retries = Number((process.env.AUTH_RETRIES as string | undefined) ?? "2");
const callback = new URL(process.env.CALLBACK_PATH!, `https://${domain}`);
const secret = process.env.CLIENT_SECRET as unknown as Secret;

type Secret = string & { readonly secret: unique symbol };

export const handler = async () => ({ poolId, clientId, scope, retries, callback, secret });
