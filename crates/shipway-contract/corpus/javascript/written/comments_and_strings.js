/**
 * Set `process.env.DOC_TABLE` before this is loaded:
 *
 *     process.env.DOC_EXAMPLE || "none"
 */

// const old = process.env.OLD_TABLE;
/* const older = process.env["OLDER_TABLE"]; */

const help = "process.env.HELP_TABLE must be set";
const pattern = /process\.env\.([A-Z_]+)/g;
const plain = `text about process.env.TEXT_TABLE`;
const mixed = `process.env.TEXT_TOPIC is ${process.env.MIXED_TOPIC}`;

const source = 'const { SOURCE_TABLE } = process.env';

exports.handler = async (event) => {
  const names = [...source.matchAll(pattern)].map((match) => match[1]);
  return { help, plain, mixed, names, body: event.body /* process.env.BODY */ };
};
