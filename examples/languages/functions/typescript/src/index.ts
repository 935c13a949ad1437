// Tells what it costs to send a parcel, in cents.

import { Parcel } from "./parcel";

type Answer = { ok: true; to: string; cents: number } | { ok: false; problems: string[] };

export const handler = async (event: unknown): Promise<Answer> => {
  const read = Parcel.safeParse(event);
  if (!read.success) {
    return { ok: false, problems: read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) };
  }
  return { ok: true, to: read.data.to, cents: price(read.data) };
};

function price({ grams, express }: Parcel): number {
  const kilograms = Math.ceil(grams / 1000);
  return 390 + 120 * kilograms + (express ? 500 : 0);
}
