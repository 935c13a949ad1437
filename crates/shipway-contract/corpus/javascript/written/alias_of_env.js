const env = process.env;
const p = process;

const table = env.SESSIONS_TABLE;
const ttl = Number(env["SESSIONS_TTL"] || 3600);
const { SESSIONS_INDEX = "by-user", SESSIONS_KEY } = env;
const salt = p.env.SESSIONS_SALT;

if ("SESSIONS_DEBUG" in env) {
  console.log(Object.keys(env));
}

env.SESSIONS_STARTED = String(Date.now());

exports.handler = async (event) => {
  const e = p.env;
  if (!e.SESSIONS_REPLICA) {
    return { table, ttl, index: SESSIONS_INDEX, key: SESSIONS_KEY, salt };
  }
  return { table: e.SESSIONS_REPLICA, ttl, salt, id: event.id };
};
