// What a parcel is: the one place that knows how requests spell it.

import { z } from "zod";

export const Parcel = z.object({
  to: z.string().trim().min(1),
  // Forms send numbers as text.
  grams: z.coerce.number().int().positive().max(31_500),
  express: z.boolean().default(false),
});

export type Parcel = z.infer<typeof Parcel>;
