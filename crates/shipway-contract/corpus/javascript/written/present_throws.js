// The other way round: it is their presence that fails.
if (process.env.LEGACY_TABLE) {
  throw new Error("LEGACY_TABLE is gone: use ORDERS_TABLE");
}

if (process.env.DEPLOY_STAGE === "production") {
  throw new Error("this function must not run in production");
}

const chaos = process.env.CHAOS;
if (chaos !== undefined) {
  throw new Error(`chaos mode ${chaos} was asked for`);
}

exports.handler = async () => {
  if ("FORBIDDEN" in process.env) {
    process.exit(3);
  }
  return { table: process.env.ORDERS_TABLE };
};
