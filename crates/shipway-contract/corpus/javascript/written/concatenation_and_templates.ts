const PREFIX = "SHOP_";
const SERVICE = "CART";

export const table = process.env[PREFIX + "TABLE"];
export const queue = process.env[`${PREFIX}QUEUE`]!;
export const topic = process.env[`${PREFIX}${SERVICE}_TOPIC`] ?? "";
export const index = process.env["SHOP" + "_" + "INDEX"];
export const port = Number(process.env[PREFIX + SERVICE + "_PORT"] || 8080);
export const suffixed = process.env[PREFIX + suffix()];

function suffix(): string {
  return Math.random() > 0.5 ? "A" : "B";
}
