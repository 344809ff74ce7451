// `npm run test:engines`: what runs in a browser, in all engines. `npm run test:engines -- firefox wasm` runs what both words name.
import { EXEMPT } from "../tests/e2e/engines/exempt.mjs";
import { main, Problem } from "./project.mjs";
import { runSuites } from "./run-suites.mjs";
import { setup } from "./setup.mjs";
import { pageTests } from "./suites.mjs";
import { wasmTests } from "./wasm-tests.mjs";

const wasm = (engine) => ({ about: `the browser driver in ${engine}`, step: () => wasmTests(engine) });
const e2e = (engine) => ({ about: `the page in ${engine}, with real shells`, step: () => pageTests(engine) });

/** wasm-pack has no driver for WebKit here. */
const RUNS = [
  { engine: "chromium", suite: "wasm", ...wasm("chromium") },
  { engine: "firefox", suite: "wasm", ...wasm("firefox") },
  { engine: "chromium", suite: "e2e", ...e2e("chromium") },
  { engine: "firefox", suite: "e2e", ...e2e("firefox") },
  { engine: "webkit", suite: "e2e", ...e2e("webkit") },
];

await main(import.meta.url, async () => {
  const chosen = choose(process.argv.slice(2));
  await setup();
  await runSuites(
    chosen.map(({ engine, suite, about, step }) => ({ name: `${suite} ${engine}`, about, steps: [step] })),
  );
  const isChosen = (engine) => chosen.some((run) => run.suite === "e2e" && run.engine === engine);
  const left = EXEMPT.filter(({ engines }) => engines.some(isChosen));
  if (left.length) console.log("\nLeft out, and neither passed nor failed:");
  for (const { test, engines, why } of left)
    console.log(`- in ${engines.filter(isChosen).join(" and ")}: ${test}: ${why}`);
});

/** The runs that have each kind of word that was given. */
function choose(words) {
  const kinds = ["engine", "suite"].map((kind) => [
    kind,
    words.filter((word) => RUNS.some((run) => run[kind] === word)),
  ]);
  const unknown = words.find((word) => !kinds.some(([, known]) => known.includes(word)));
  if (unknown) {
    const all = [...new Set(RUNS.flatMap(({ engine, suite }) => [suite, engine]))];
    throw new Problem(`there is no "${unknown}"; there are: ${all.join(" ")}`);
  }
  const chosen = RUNS.filter((run) => kinds.every(([kind, known]) => !known.length || known.includes(run[kind])));
  if (!chosen.length) throw new Problem(`there is no run of ${words.join(" ")}`);
  return chosen;
}
