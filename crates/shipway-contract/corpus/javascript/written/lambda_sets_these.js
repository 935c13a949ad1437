const { AWS_REGION, AWS_LAMBDA_FUNCTION_NAME, _HANDLER, TZ } = process.env;

const runtime = process.env.AWS_LAMBDA_RUNTIME_API;
const root = process.env["LAMBDA_TASK_ROOT"] || __dirname;
const memory = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
const trace = process.env._X_AMZN_TRACE_ID;
const session = process.env.AWS_SESSION_TOKEN;
const path = process.env.PATH;

const profile = process.env.AWS_PROFILE;
const endpoint = process.env.AWS_ENDPOINT_URL ?? undefined;
const options = process.env.NODE_OPTIONS;
const bucket = process.env.LAMBDA_BUCKET;

exports.handler = async () => ({
  AWS_REGION, AWS_LAMBDA_FUNCTION_NAME, _HANDLER, TZ,
  runtime, root, memory, trace, session, path, profile, endpoint, options, bucket,
});
