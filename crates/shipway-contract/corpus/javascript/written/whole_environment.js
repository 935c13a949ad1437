const { spawnSync } = require("node:child_process");

const childEnvironment = { ...process.env, FORCE_COLOR: "0" };
const copy = Object.assign({}, process.env);

function report() {
  const names = [];
  for (const name in process.env) {
    names.push(name);
  }
  for (const [name, value] of Object.entries(process.env)) {
    console.log(name, value.length);
  }
  return names.concat(Object.keys(process.env)).length;
}

exports.handler = async (event) => {
  console.log(JSON.stringify(process.env));
  const { stdout } = spawnSync("/opt/bin/tool", event.args, { env: process.env });
  spawnSync("/opt/bin/tidy", [], { env: childEnvironment });
  return { out: String(stdout), entries: report(), home: copy.HOME, colour: childEnvironment.FORCE_COLOR };
};
