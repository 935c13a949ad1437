const flags = [];

if ("FEATURE_SEARCH" in process.env) {
  flags.push("search");
}
if (!("FEATURE_EXPORT" in process.env)) {
  flags.push("no-export");
}
const key = "FEATURE_IMPORT";
const imports = key in process.env;

function limit() {
  if ("RATE_LIMIT" in process.env) {
    return Number(process.env.RATE_LIMIT);
  }
  return 100;
}

module.exports.handler = async (event) => {
  const known = "name" in event;
  return { flags, imports, known, limit: limit() };
};
