// Quotes a basket: what it costs before tax, the tax, and what the customer pays.

import currency from "currency.js";
import { z } from "zod";

const Basket = z.object({
  items: z
    .array(
      z.object({
        sku: z.string().min(1),
        quantity: z.number().int().min(1).max(1000),
        unit_price: z.number().nonnegative(),
      }),
    )
    .min(1),
  discount_percent: z.number().min(0).max(100).default(0),
});

export const handler = async (event) => {
  const read = Basket.safeParse(event);
  if (!read.success) {
    return { ok: false, problems: read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) };
  }
  const { items, discount_percent } = read.data;
  // currency.js counts in cents: 0.1 + 0.2 is 0.30 here.
  const full = items.reduce((sum, item) => sum.add(currency(item.unit_price).multiply(item.quantity)), currency(0));
  const net = full.subtract(full.multiply(discount_percent / 100));
  const tax = net.multiply(Number(process.env.TAX_PERCENT) / 100);
  return {
    ok: true,
    currency: process.env.CURRENCY,
    net: net.toString(),
    tax: tax.toString(),
    total: net.add(tax).toString(),
  };
};
