const stage = process.env.STAGE;
if (stage !== "development" && stage !== "production") {
  throw new Error(`unknown stage ${stage}`);
}

if (process.env.CONFIRMED !== "yes") {
  throw new Error("set CONFIRMED=yes to run this migration");
}

const { migrate } = require("./migrate");

exports.handler = async () => {
  if (process.env.MAINTENANCE === "on") {
    throw new Error("in maintenance");
  }
  return migrate(stage);
};
