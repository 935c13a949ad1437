// Größe, Straße, 注文 — nothing here may move the lines or the columns.
const grüße: Record<string, string> = { de: "Grüß Gott", ja: "こんにちは", emoji: "👋🏽" };

const tabelle = process.env.KUNDEN_TABELLE!;
const währung = "€" + (process.env.WÄHRUNG ?? "EUR");
const städte = { "münchen": process.env.MUENCHEN_URL, "köln": process.env.KOELN_URL };

export const handler = async ({ sprache }: { sprache: string }) => ({
  gruß: grüße[sprache] ?? grüße.de,
  tabelle,
  währung,
  städte,
});
