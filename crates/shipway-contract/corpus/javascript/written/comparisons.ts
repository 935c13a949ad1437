import { handlerFor } from "./handlers";

const isProduction = process.env.NODE_ENV === "production";
const isLocal = process.env.IS_LOCAL == "true";
const quiet = "1" === process.env.QUIET;
const level = process.env.LOG_LEVEL !== undefined ? process.env.LOG_LEVEL : "info";

const mode = process.env.HANDLER_MODE;
if (mode === "batch") {
  console.log("batch mode");
}

const colour = process.env.ACTIVE_COLOUR;
const target = colour === "" ? "blue" : colour;

export const handler = async (event: unknown) => {
  if (!quiet && isLocal) {
    console.debug(level, isProduction, target);
  }
  return handlerFor(event);
};
