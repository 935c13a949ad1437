let key = "PRIMARY_BUCKET";
if (process.argv.includes("--secondary")) {
  key = "SECONDARY_BUCKET";
}
const bucket = process.env[key];

const { SHARED_KEY } = require("./keys");
const shared = process.env[SHARED_KEY];

const NAME = "OUTER_NAME";

function named(NAME) {
  return process.env[NAME];
}

function fixed() {
  return process.env[NAME];
}

exports.handler = async (event) => {
  let index = "INDEX_A";
  for (const record of event.Records) {
    console.log(process.env[index], record.id);
    index = "INDEX_B";
  }
  return { bucket, shared, named: named("X"), fixed: fixed() };
};
