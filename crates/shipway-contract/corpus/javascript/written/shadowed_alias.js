const { env } = process;

const table = env.LEDGER_TABLE;

function account(env) {
  return env.ACCOUNT_NAME || env["ACCOUNT_ID"];
}

const label = ({ env }) => env.LABEL;

function total(entries) {
  const env = entries[0];
  return env.TOTAL;
}

exports.handler = async (event) => {
  const factor = env.LEDGER_FACTOR || "1";
  return { table, factor, account: account(event), label: label(event), total: total(event.entries) };
};
