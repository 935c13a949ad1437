const { env, argv } = process;
const { env: vars } = process;

const bucket = env.UPLOAD_BUCKET;
const limit = vars.UPLOAD_LIMIT ?? "10";

function local() {
  const { env: inner } = process;
  return inner.UPLOAD_LOCAL === "true";
}

module.exports = {
  limit,
  handler: async (event) => ({ bucket, local: local(), argv: argv.length, size: event.size }),
};
