// `npm run simulate`: both machines against each other under faults, many seeds. `-- --seeds 1000000 --from 1`; `-- --mutants` breaks
// each rule in turn and shows which seed notices; `-- --survey` goes on after a failure and counts the kinds.
import { parseArgs } from "node:util";
import { main, Problem } from "./project.mjs";
import { run } from "./process.mjs";

await main(import.meta.url, async () => {
  const { seeds, from, mutants, survey } = options();
  const env = {};
  if (seeds !== undefined) env.RELATCH_SEEDS = number("seeds", seeds);
  if (from !== undefined) env.RELATCH_SEED = number("from", from);
  if (survey) env.RELATCH_SURVEY = "1";
  const test = mutants ? "mutants_are_found" : "fresh_seeds_hold";
  const build = ["test", "--release", "--package", "relatch", "--features", "mutants", "--test", "simulation"];
  await run("cargo", [...build, "--", test, "--nocapture"], { env: { RUST_BACKTRACE: "0", ...env } });
});

function options() {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  try {
    return parseArgs({ options: { seeds: text, from: text, mutants: flag, survey: flag } }).values;
  } catch (error) {
    throw new Problem(error.message);
  }
}

function number(name, text) {
  if (!/^\d+$/.test(text)) throw new Problem(`--${name} is "${text}"; it must be a number`);
  return text;
}
