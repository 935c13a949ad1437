// This `process` is the business's, not Node's.
const process = {
  env: { TABLE_NAME: "orders", REGION_NAME: "eu" },
  steps: ["receive", "pack", "ship"],
};

function describe() {
  return `${process.env.TABLE_NAME} in ${process.env["REGION_NAME"]}`;
}

const { TABLE_NAME } = process.env;

exports.handler = async (event) => ({
  step: process.steps[event.step],
  text: describe(),
  table: TABLE_NAME,
});
