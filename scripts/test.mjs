// `npm test`: everything that is checked, suite by suite. `npm test -- e2e lint` runs the named ones.
import { main, Problem } from "./project.mjs";
import { runSuites } from "./run-suites.mjs";
import { setup } from "./setup.mjs";
import { suites } from "./suites.mjs";

await main(import.meta.url, async () => {
  const chosen = choose(process.argv.slice(2));
  await setup();
  await runSuites(chosen);
});

function choose(names) {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown)
    throw new Problem(`there is no suite "${unknown}"; there are: ${suites.map((suite) => suite.name).join(" ")}`);
  return names.length ? suites.filter((suite) => names.includes(suite.name)) : suites;
}
