import { z } from "zod";

const schema = z.object({
  TABLE_NAME: z.string().min(1),
  PAGE_SIZE: z.coerce.number().default(25),
  FEATURE_X: z.enum(["on", "off"]).optional(),
});

export const env = schema.parse(process.env);

export const handler = async () => {
  const page = env.PAGE_SIZE;
  return { table: env.TABLE_NAME, page, feature: env.FEATURE_X };
};
