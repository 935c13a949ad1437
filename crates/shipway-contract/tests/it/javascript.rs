//! JavaScript's and TypeScript's ways to ask the environment.

use shipway_contract::Language::{JavaScript, Tsx, TypeScript};

use crate::snippet::check;

#[test]
fn forms() {
    check(
        JavaScript,
        r#"
import { env as e } from "node:process";
const proc = require("process");
const { env } = process;
const all = process.env;
use(process.env.A); ~~ A!
use(process.env["B"]); ~~ B!
use(`${process.env.C}`); ~~ C!
use(process.env.D || "x"); ~~ D?
use(process.env.E ?? "x"); ~~ E?
use("F" in process.env); ~~ F?
const { G, H = "x", I: renamed, J: other = "y", ...rest } = process.env; ~~ G! H? I! J?
use(e.K); ~~ K!
use(env.L); ~~ L!
use(all.M); ~~ M!
use(proc.env.N); ~~ N!
process.env.O = "x";
delete process.env.P;
use({ ...process.env });
use(process.env.Q?.length); ~~ Q?
use(process.env.R === "production"); ~~ R?
use(Boolean(process.env.S)); ~~ S?
use(!!process.env.T); ~~ T?
use(globalThis.process.env.U); ~~ U!
Object.keys(process.env);
process.env.hasOwnProperty("V"); ~~ V?
use(settings.env.W, this.env.X);
// process.env.Y
use("process.env.Z");
function f(process) { return process.env.Z; }
const { env: { AA, BB } } = process; ~~ AA! BB!
use(process.env.AWS_REGION, process.env.AWS_LAMBDA_FUNCTION_NAME);
const safe = (typeof process !== "undefined" && process.env) || {};
use(safe.CC); ~~ CC!
"#,
    );
}

#[test]
fn names() {
    check(
        JavaScript,
        r#"
const PREFIX = "APP_";
let changed = "A";
changed = "B";
use(process.env[PREFIX + "TABLE"]); ~~ APP_TABLE!
use(process.env[`${PREFIX}QUEUE`]); ~~ APP_QUEUE!
use(process.env[changed]); ~~ *
function get(name) { return process.env[name]; } ~~ *
get("X");
class Names { static TOPIC = "TOPIC_ARN"; }
use(process.env[Names.TOPIC]); ~~ TOPIC_ARN!
function local() { const name = "LOCAL"; return process.env[name]; } ~~ LOCAL!
"#,
    );
}

#[test]
fn tested() {
    check(
        JavaScript,
        r#"
const a = process.env.A; ~~ A!
if (!a) { throw new Error("A"); }
const b = process.env.B; ~~ B?
if (b) { use(b); }
if (process.env.C) { use(process.env.C); } ~~ C? C?
if (!process.env.D) process.exit(1); ~~ D!
use(process.env.D); ~~ D?
const f = process.env.F ?? fail(); ~~ F?
const g = process.env.G || (() => { throw new Error("G"); })(); ~~ G!
const h = process.env.H ? process.env.H : "x"; ~~ H? H?
function i() {
  if (process.env.I === undefined) { return null; } ~~ I?
  return use(process.env.I); ~~ I?
}
switch (process.env.J) { case "x": break; default: throw new Error("J"); } ~~ J!
switch (process.env.K) { case "x": break; default: break; } ~~ K?
let l = process.env.L; ~~ L?
l ??= "x";
process.env.M ||= "x"; ~~ M?
use(process.env.M); ~~ M?
const { N } = process.env; ~~ N!
if (!N) throw new Error("N");
if (!process.env.O || !process.env.P) { throw new Error("O"); } ~~ O! P!
use(process.env.Q && process.env.Q.length); ~~ Q? Q?
const r = (process.env.R ?? "").trim(); ~~ R!
if (r === "") throw new Error("R");
if (typeof process.env.S === "undefined") { throw new Error("S"); } ~~ S!
const u = process.env.U; ~~ U?
const v = process.env.V; ~~ V!
const w = process.env.W; ~~ W!
function elsewhere(w) { if (u) { use(u); } if (!v) { throw new Error("V"); } if (w) { use(w); } }
const x = parseInt(process.env.X) || 25; ~~ X?
const y = process.env.Y1 || process.env.Y2; ~~ Y1? Y2?
if (!y) throw new Error("Y");
if (isEmpty(process.env.Z)) throw new Error("Z"); ~~ Z!
if (isOn(process.env.AA)) { use(1); } ~~ AA!
if (process.env.BB.toLowerCase() === "x") { use(1); } ~~ BB!
const handler = async () => {
  const t = process.env.T; ~~ T?
  if (t === "x") { return 1; }
};
"#,
    );
}

#[test]
fn types() {
    check(
        TypeScript,
        r#"
import * as process from "process";
const a: string = process.env.A!; ~~ A!
const b = process.env.B as string; ~~ B!
const c = <string>process.env.C; ~~ C!
const d = (process.env as Record<string, string>).D; ~~ D!
const env = process.env as { E: string };
use(env.E); ~~ E!
enum Names { Table = "TABLE" }
use(process.env[Names.Table]); ~~ *
function f({ G }: { G?: string } = process.env) {} ~~ G!
export const handler = (x: number): string => process.env.H satisfies string; ~~ H!
"#,
    );
    check(Tsx, "const page = <p title={process.env.TITLE}>{process.env.NAME ?? \"x\"}</p>; ~~ TITLE! NAME?");
}

#[test]
fn what_a_value_goes_through_lets_it_through() {
    check(
        JavaScript,
        r#"
const a = options.a || process.env.A || "x"; ~~ A?
const b = process.env.B1 ?? process.env.B2 ?? process.env.B3; ~~ B1? B2? B3!
const c = options.c || parseInt(process.env.C, 10) || 3; ~~ C?
const d = typeof process.env.D === "string" ? process.env.D : "x"; ~~ D? D?
const e = typeof process.env.E; ~~ E!
const { env: { F, G = "x" }, argv } = process; ~~ F! G?
"#,
    );
    check(TypeScript, "type Table = typeof process.env.TABLE;");
}

#[test]
fn fields_of_records_are_followed() {
    check(
        JavaScript,
        r#"
const config = {
  a: process.env.A, ~~ A!
  b: process.env.B, ~~ B?
  inner: { c: process.env.C }, ~~ C?
  d: process.env.D, ~~ D!
};
if (!config.a) throw new Error("A");
function f(other) { if (config.b) { use(config.b); } return config.inner.c ?? other.d ?? "x"; }
"#,
    );
}
