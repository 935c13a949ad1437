// Runs a Node function of the local environment: the Runtime API on one side, the user's handler on the other.
//
// Node's own modules only. It words its errors as AWS's own client does. Response streaming is refused.

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import util from "node:util";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const API = "/2018-06-01/runtime/";
const STREAMING = Symbol("streaming handler");
const root = process.env.LAMBDA_TASK_ROOT;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const runtimeMajor = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1] ?? 0);
let currentRequest;

class Fault extends Error {
  constructor(kind, message) {
    super(message);
    this.name = kind;
  }
}

// No timeout: a function may wait for its next event for ever.
function call(method, target, body, headers, connection = agent) {
  return new Promise((resolve, reject) => {
    const options = { host, port, agent: connection, method, path: API + target, headers };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

function post(target, text, headers, connection) {
  const body = Buffer.from(text);
  const all = { "Content-Type": "application/json", "Content-Length": body.length, ...headers };
  return call("POST", target, body, all, connection);
}

function setUpConsole() {
  const write = (level) => (...values) => {
    process.stdout.write(`${new Date().toISOString()}\t${currentRequest}\t${level}\t${util.format(...values)}\n`);
  };
  Object.assign(console, {
    log: write("INFO"),
    info: write("INFO"),
    debug: write("DEBUG"),
    trace: write("TRACE"),
    warn: write("WARN"),
    error: write("ERROR"),
  });
}

function setUpStreaming() {
  globalThis.awslambda = {
    streamifyResponse: (handler) => Object.assign(handler, { [STREAMING]: true }),
    HttpResponseStream: class HttpResponseStream {},
  };
}

function describe(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}

async function reportError(target, error, headers, title, connection) {
  const { errorType, errorMessage, trace } = describe(error);
  console.error(`${title}\t${JSON.stringify({ errorType, errorMessage, stack: trace })}`);
  const kind = { "Lambda-Runtime-Function-Error-Type": encodeURIComponent(errorType) };
  await post(target, JSON.stringify({ errorType, errorMessage, trace }), { ...headers, ...kind }, connection);
}

function isInModulePackage(file) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const description = path.join(folder, "package.json");
    if (fs.existsSync(description)) {
      return JSON.parse(fs.readFileSync(description, "utf8")).type === "module";
    }
    if (folder === root || folder === path.dirname(folder)) {
      return false;
    }
  }
}

// The order in which AWS's client looks for a handler's file.
async function loadModule(name) {
  const base = path.resolve(root, name);
  const require = createRequire(path.join(root, "bootstrap.js"));
  const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  if (isFile(base)) {
    return require(base);
  }
  if (isFile(base + ".js")) {
    return isInModulePackage(base + ".js") ? import(pathToFileURL(base + ".js")) : require(base + ".js");
  }
  if (isFile(base + ".mjs")) {
    return import(pathToFileURL(base + ".mjs"));
  }
  if (isFile(base + ".cjs")) {
    return require(base + ".cjs");
  }
  return require(require.resolve(name, { paths: [root, path.dirname(base)] }));
}

async function load(name) {
  const folder = path.dirname(name);
  const match = /^([^.]*)\.(.+)$/.exec(path.basename(name));
  if (name.includes("..")) {
    throw new Fault(
      "Runtime.MalformedHandlerName",
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  if (!match) {
    throw new Fault("Runtime.MalformedHandlerName", "Bad handler");
  }
  let found;
  try {
    found = await loadModule(path.join(folder, match[1]));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new Fault("Runtime.UserCodeSyntaxError", String(error.stack ?? error));
    }
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      if (String(error).includes("'@aws-sdk/")) {
        console.warn("[shipway] on AWS the runtime brings the AWS SDK along, here it has to be in the package");
      }
      throw new Fault("Runtime.ImportModuleError", String(error));
    }
    throw error;
  }
  // An ES module that re-exports CommonJS has the handler below `default`.
  const handler = property(found, match[2]) ?? property(found?.default, match[2]);
  if (handler === undefined) {
    throw new Fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw new Fault("Runtime.HandlerNotFound", `${name} is not a function`);
  }
  return handler;
}

function property(object, dotted) {
  return dotted.split(".").reduce((value, name) => value?.[name], object);
}

function check(handler) {
  if (handler[STREAMING]) {
    throw new Fault(
      "Shipway.StreamingUnsupported",
      "the local environment does not stream responses: the handler is wrapped in awslambda.streamifyResponse",
    );
  }
  if (runtimeMajor >= 24 && handler.length >= 3) {
    throw new Fault(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify " +
        "this function to use a supported handler signature to use Node.js 24 or later.",
    );
  }
}

function contextOf(headers) {
  const environment = process.env;
  const clientContext = headers["lambda-runtime-client-context"];
  const identity = headers["lambda-runtime-cognito-identity"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    identity: identity ? JSON.parse(identity) : undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

// A handler answers by its promise or, before Node 24, by its callback. One that does neither is answered for with null
// once it has nothing left to do, which is when the process would end.
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const idle = () => resolve(null);
    process.once("beforeExit", idle);
    const settle = (how) => (value) => {
      process.off("beforeExit", idle);
      how(value);
    };
    const done = settle(resolve);
    const fail = settle(reject);
    const callback = (error, value) => {
      if (error !== null && error !== undefined) {
        fail(error);
      } else if (context.callbackWaitsForEmptyEventLoop) {
        process.off("beforeExit", idle);
        process.once("beforeExit", () => resolve(value));
      } else {
        done(value);
      }
    };
    if (runtimeMajor < 24) {
      context.done = callback;
      context.succeed = (value) => done(value);
      context.fail = (error) => fail(error ?? "handled");
    }
    try {
      const result = runtimeMajor < 24 ? handler(event, context, callback) : handler(event, context);
      if (typeof result?.then === "function") {
        result.then(done, fail);
      } else if (runtimeMajor >= 24) {
        done(result);
      }
    } catch (error) {
      fail(error);
    }
  });
}

function toJson(value) {
  try {
    return JSON.stringify(value ?? null) ?? "null";
  } catch (error) {
    throw new Fault("Runtime.JSONStringifyError", `Unable to stringify response body: ${error.message}`);
  }
}

async function serve(handler) {
  for (;;) {
    const { status, headers, body } = await call("GET", "invocation/next");
    if (status !== 200) {
      process.exit(1);
    }
    currentRequest = headers["lambda-runtime-aws-request-id"];
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
    const echo = { "Lambda-Runtime-Invocation-Id": headers["lambda-runtime-invocation-id"] ?? "" };
    const target = `invocation/${currentRequest}/`;
    try {
      const answer = toJson(await run(handler, JSON.parse(body), contextOf(headers)));
      await post(target + "response", answer, echo);
    } catch (error) {
      await reportError(target + "error", error, echo, "Invoke Error ");
    }
  }
}

// What nobody caught ends the process, on AWS as here; the caller learns of it first. The connection is a new one: the
// other may be waiting for the next event.
function setUpLastResort() {
  const lastResort = (title, status, faultOf) => async (error) => {
    const target = currentRequest ? `invocation/${currentRequest}/error` : "init/error";
    await reportError(target, faultOf(error), {}, title, new http.Agent()).catch(() => {});
    process.exit(status);
  };
  const rejection = (reason) => {
    const fault = new Fault("Runtime.UnhandledPromiseRejection", String(reason));
    fault.stack = `${fault.name}: ${fault.message}\n${reason?.stack ?? ""}`;
    return fault;
  };
  process.on("uncaughtException", lastResort("Uncaught Exception ", 129, (error) => error));
  process.on("unhandledRejection", lastResort("Unhandled Promise Rejection ", 128, rejection));
}

setUpConsole();
setUpStreaming();
setUpLastResort();
let handler;
try {
  handler = await load(process.env._HANDLER);
  check(handler);
} catch (error) {
  await reportError("init/error", error, {}, "Uncaught Exception ").catch(() => {});
  process.exit(1);
}
serve(handler);
