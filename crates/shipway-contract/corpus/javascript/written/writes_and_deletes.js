process.env.NODE_OPTIONS = "--enable-source-maps";
process.env["TMPDIR"] = "/tmp/work";
delete process.env.HTTP_PROXY;
delete process.env["HTTPS_PROXY"];

process.env.CACHE_DIR = process.env.CACHE_DIR || "/tmp/cache";
process.env.MODEL_PATH = `${process.env.MODEL_ROOT}/latest`;

const { run } = require("./run");

exports.handler = async (event) => {
  const before = process.env.RUN_ID;
  process.env.RUN_ID = event.id;
  try {
    return await run(event);
  } finally {
    if (before === undefined) {
      delete process.env.RUN_ID;
    } else {
      process.env.RUN_ID = before;
    }
  }
};
