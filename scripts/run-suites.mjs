// Suites, one after the other, and what came of them.
import { performance } from "node:perf_hooks";
import { Problem } from "./project.mjs";

/** Runs suites, and says of each and of all how many checks passed and failed; sets the code that the process ends with. */
export async function runSuites(suites) {
  const results = [];
  for (const suite of suites) results.push(await runSuite(suite));

  console.log();
  const width = Math.max(9, ...results.map(({ name }) => name.length));
  for (const result of results) {
    const mark = result.failed ? "✖" : "✔";
    console.log(`${mark} ${result.name.padEnd(width)} ${counts(result, 4)}  ${result.seconds.toFixed(1)} s`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(counts({ passed: sum("passed"), failed: sum("failed"), left: sum("left") }));
  if (sum("failed")) process.exitCode = 1;
}

function counts({ passed, failed, left }, width = 0) {
  return `${String(passed).padStart(width)} passed, ${failed} failed${left ? `, ${left} left out` : ""}`;
}

/** Runs a suite's steps. One that throws, or fails without saying how often, counts as one failure; the rest still run. */
async function runSuite({ name, about, steps }) {
  console.log(`\n━━ ${name}: ${about}`);
  const started = performance.now();
  const result = { name, passed: 0, failed: 0, left: 0 };
  for (const step of steps) {
    try {
      const { passed, failed, left = 0 } = await step();
      result.passed += passed;
      result.failed += failed;
      result.left += left;
    } catch (error) {
      console.error(`✖ ${error instanceof Problem ? error.message : error.stack}`);
      result.failed += 1;
    }
  }
  return { ...result, seconds: (performance.now() - started) / 1000 };
}
