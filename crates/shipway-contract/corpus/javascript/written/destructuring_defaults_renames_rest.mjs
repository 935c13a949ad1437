import { createTransport } from "./transport.mjs";

const {
  SMTP_HOST,
  SMTP_PORT = "587",
  SMTP_USER: user,
  SMTP_SENDER: sender = "no-reply@example.com",
  AWS_REGION: region,
  ...others
} = process.env;

const transport = createTransport({
  host: SMTP_HOST,
  port: Number(SMTP_PORT),
  auth: { user, pass: others.SMTP_PASSWORD },
  region,
});

export const handler = async ({ to, subject, text }) => {
  await transport.send({ from: sender, to, subject, text });
};
