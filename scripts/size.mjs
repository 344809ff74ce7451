// `npm run size`: what a page loads for the core entry, and whether that keeps to the budget.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { brotli } from "./brotli.mjs";
import { buildModule, buildPackage } from "./build.mjs";
import { inProject, main, Problem } from "./project.mjs";
import { setup } from "./setup.mjs";

const BUDGET = 20_400;
const FILES = { JS: "dist/index.js", WASM: "dist/relatch_bg.wasm" };

/** Prints the sizes of the built package; throws a `Problem` if its core is over the budget. */
export function size() {
  const rows = Object.entries(FILES).map(([name, file]) => [name, ...measure(file)]);
  const total = rows.reduce((sum, row) => sum.map((value, i) => value + row[i + 1]), [0, 0, 0]);
  console.log(line(["bytes", "raw", "gzip", "brotli"]));
  for (const row of [...rows, ["both", ...total], ...others()]) console.log(line(row));
  const weight = total[2];
  console.log(`total brotli ${weight}`);
  if (weight > BUDGET) throw new Problem(`that is ${weight - BUDGET} bytes over the budget of ${BUDGET}`);
}

/** What a page loads besides, or in their place, if it asks for it: of no weight to others. */
function others() {
  const scripts = readdirSync(inProject("dist")).filter((name) => name.endsWith(".js") && name !== "index.js");
  return scripts.sort().map((name) => [name, ...measure(join("dist", name))]);
}

function measure(file) {
  const bytes = readFileSync(inProject(file));
  return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli(bytes)];
}

function line([name, ...values]) {
  return name.padEnd(9) + values.map((value) => String(value).padStart(9)).join("");
}

await main(import.meta.url, async () => {
  await setup();
  await buildModule();
  await buildPackage();
  size();
});
