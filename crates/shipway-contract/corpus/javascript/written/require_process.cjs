const process = require("node:process");
const { env: settings } = require("process");
const { COURIER_URL } = require("process").env;

const timeout = Number(process.env.COURIER_TIMEOUT || "5000");
const key = settings.COURIER_KEY;

module.exports.handler = async (event) =>
  fetch(`${COURIER_URL}/parcels/${event.parcel}`, {
    headers: { authorization: key },
    signal: AbortSignal.timeout(timeout),
  });
