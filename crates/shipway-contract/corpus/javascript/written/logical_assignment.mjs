// These ask before they write.
process.env.HOME_DIR ??= "/tmp";
process.env["FONTCONFIG_PATH"] ||= "/opt/fonts";

const settings = { table: undefined, index: "by-date" };
settings.table ??= process.env.ITEMS_TABLE;
settings.index ||= process.env.ITEMS_INDEX ?? "by-id";

export const handler = async ({ id }) => {
  const { lookup } = await import("./lookup.mjs");
  return lookup(settings.table, settings.index, id);
};
