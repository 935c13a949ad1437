// A condition that is not about the variable says nothing about the variable's absence.
const local = require("./local");

const endpoint = local.enabled ? process.env.LOCAL_ENDPOINT : process.env.CLOUD_ENDPOINT;

function token(event) {
  if (event.headers.authorization) {
    return process.env.USER_SECRET;
  }
  return process.env.GUEST_SECRET;
}

exports.handler = async (event) => {
  const name = event.name || process.env.FALLBACK_NAME;
  const signed = event.raw && process.env.SIGNING_KEY;
  return { endpoint, name, signed, token: token(event) };
};
