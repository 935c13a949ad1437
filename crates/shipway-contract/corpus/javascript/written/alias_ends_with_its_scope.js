function first() {
  const settings = process.env;
  return settings.FIRST_TABLE;
}

function second(settings) {
  return settings.SECOND_TABLE;
}

function third() {
  const settings = require("./settings.json");
  return settings.THIRD_TABLE;
}

exports.handler = async (event) => [first(), second(event), third()];
