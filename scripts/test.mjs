// `npm test`: everything that is checked, suite by suite. `npm test -- e2e lint` runs the named ones.
import { performance } from "node:perf_hooks";
import { main, Problem } from "./project.mjs";
import { setup } from "./setup.mjs";
import { suites } from "./suites.mjs";

await main(import.meta.url, async () => {
  const chosen = choose(process.argv.slice(2));
  await setup();
  const results = [];
  for (const suite of chosen) results.push(await runSuite(suite));

  console.log();
  for (const { name, passed, failed, seconds } of results) {
    const mark = failed ? "✖" : "✔";
    console.log(
      `${mark} ${name.padEnd(9)} ${String(passed).padStart(4)} passed, ${failed} failed  ${seconds.toFixed(1)} s`,
    );
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  if (sum("failed")) process.exitCode = 1;
});

function choose(names) {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown)
    throw new Problem(`there is no suite "${unknown}"; there are: ${suites.map((suite) => suite.name).join(" ")}`);
  return names.length ? suites.filter((suite) => names.includes(suite.name)) : suites;
}

/** Runs a suite's steps. One that throws, or fails without saying how often, counts as one failure; the rest still run. */
async function runSuite({ name, about, steps }) {
  console.log(`\n━━ ${name}: ${about}`);
  const started = performance.now();
  const result = { name, passed: 0, failed: 0 };
  for (const step of steps) {
    try {
      const { passed, failed } = await step();
      result.passed += passed;
      result.failed += failed;
    } catch (error) {
      console.error(`✖ ${error instanceof Problem ? error.message : error.stack}`);
      result.failed += 1;
    }
  }
  return { ...result, seconds: (performance.now() - started) / 1000 };
}
