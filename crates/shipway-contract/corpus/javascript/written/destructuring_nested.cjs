"use strict";

const {
  env: { REDIS_HOST, REDIS_PORT: port = "6379" },
  argv,
} = process;

const { createClient } = require("redis");

let client;

exports.handler = async (event) => {
  client ??= await createClient({ url: `redis://${REDIS_HOST}:${port}` }).connect();
  const value = await client.get(event.key);
  return { value, arguments: argv.length };
};
