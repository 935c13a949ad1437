// The default is for what was made of the variable.
const limit = parseInt(process.env.PAGE_LIMIT, 10) || 25;
const ratio = Number(process.env.SAMPLE_RATIO) || 0.5;
const enabled = Boolean(process.env.SAMPLING);
const traced = typeof process.env.TRACED !== "undefined";
const offset = parseInt(process.env.PAGE_OFFSET, 10);

exports.handler = async (event) => {
  if (enabled && Math.random() < ratio) {
    console.log(event, traced);
  }
  return event.items.slice(offset, offset + limit);
};
