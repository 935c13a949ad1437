function proxy() {
  if (process.env.OUTBOUND_PROXY) {
    return new URL(process.env.OUTBOUND_PROXY);
  }
  return undefined;
}

function credentials() {
  if (process.env.API_USER && process.env.API_PASSWORD) {
    return { user: process.env.API_USER, password: process.env.API_PASSWORD };
  }
  return { user: "guest", password: process.env.GUEST_PASSWORD };
}

function region() {
  if (!process.env.BACKUP_REGION) throw new Error("BACKUP_REGION is not set");
  return process.env.BACKUP_REGION.toLowerCase();
}

exports.handler = async () => {
  const level = process.env.TRACE_LEVEL !== undefined && Number(process.env.TRACE_LEVEL);
  return { proxy: proxy(), credentials: credentials(), region: region(), level };
};
