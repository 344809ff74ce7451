// `npm run soak`: the long proof, in Chromium. A stream of seeded output and input goes through cuts of every kind, reloads, and a server and
// pages that stand still; then output floods past a page that is away. It ends with tables, and with code 1 if a byte or a cell was wrong.
import { parseArgs } from "node:util";
import { leastBytes } from "../tests/soak/plan.mjs";
import { ensureBrowser } from "./browser.mjs";
import { buildModule, buildPackage, buildPage } from "./build.mjs";
import { main, Problem, say } from "./project.mjs";
import { buildServer } from "./server.mjs";
import { setup } from "./setup.mjs";

const MB = 2 ** 20;
/** How often it says how far it is. */
const PROGRESS_MS = 10_000;
/** A piece of input brings a block of output, a small one where little flows between two events. */
const PIECE_BYTES = 16;
const BLOCK_BYTES = 64 * 1024;
const SMALL_BLOCK_BYTES = 16 * 1024;

/** Options, with their defaults and the most that they may be. */
const NUMBERS = {
  megabytes: [256, 1_000_000],
  cuts: [200, 1_000_000],
  reloads: [20, 1_000_000],
  pauses: [3, 1_000],
  "pause-seconds": [60, 3_600],
  seed: [undefined, 2 ** 31 - 1],
};
const RUNS = ["stream", "gaps"];

await main(import.meta.url, async () => {
  const options = read();
  await setup();
  await buildModule();
  await buildPackage();
  await buildPage();
  process.env.RELATCH_SERVER = await buildServer({ release: true });
  process.env.CHROME = (await ensureBrowser()).chrome;
  const counts = {};
  for (const name of options.runs) {
    const report = await staged(name, options);
    console.log(report.lines.join("\n"));
    Object.assign(counts, report.counts);
  }
  const { ofFaults } = await import("../tests/soak/report.mjs");
  console.log(ofFaults(counts).join("\n"));
  console.log(`\n✔ seed ${options.seed}`);
});

/** Plays a run on a stage of its own, and says every 10 s how far it is. Resolves to its report. */
async function staged(name, options) {
  // Loaded here, since setup may have installed what they need only now.
  const { [name]: play } = await import("../tests/soak/runs.mjs");
  say(`Playing ${name}, seed ${options.seed}`);
  const ends = [];
  const progress = { said: () => "it begins" };
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`.padStart(7);
  const ticking = setInterval(() => console.log(`${seconds()}  ${progress.said()}`), PROGRESS_MS);
  try {
    return await play({ after: (end) => ends.unshift(end) }, { ...options, progress });
  } catch (error) {
    console.error(`✖ seed ${options.seed}, after ${seconds().trim()}: ${progress.said()}`);
    throw error;
  } finally {
    clearInterval(ticking);
    for (const end of ends) await end();
  }
}

function read() {
  const texts = Object.fromEntries([...Object.keys(NUMBERS), "only"].map((name) => [name, { type: "string" }]));
  let given;
  try {
    given = parseArgs({ options: texts }).values;
  } catch (error) {
    throw new Problem(error.message);
  }
  const [megabytes, cuts, reloads, pauses, pauseSeconds, seed] = Object.keys(NUMBERS).map((name) =>
    number(name, given),
  );
  const { only } = given;
  if (only !== undefined && !RUNS.includes(only))
    throw new Problem(`--only is "${only}"; it must be ${RUNS.join(" or ")}`);
  if (megabytes === 0) throw new Problem("--megabytes is 0; it must be at least 1");
  // Both the server and the page stand still.
  const events = cuts + reloads + 2 * pauses;
  const bytes = megabytes * MB;
  if (bytes < leastBytes(events)) {
    const least = Math.ceil(leastBytes(events) / MB);
    throw new Problem(`--megabytes is ${megabytes}; so many cuts, reloads and pauses need at least ${least}`);
  }
  const blockBytes = bytes < 4 * leastBytes(events) ? SMALL_BLOCK_BYTES : BLOCK_BYTES;
  return {
    runs: only ? [only] : RUNS,
    seed,
    shape: { blocks: bytes / blockBytes, blockBytes, pieceBytes: PIECE_BYTES, seed },
    ...{ megabytes, cuts, reloads, pauses, pauseMs: pauseSeconds * 1000 },
  };
}

function number(name, given) {
  const [usual = Date.now() % 2 ** 31, most] = NUMBERS[name];
  const text = given[name] ?? String(usual);
  if (!/^\d+$/.test(text) || Number(text) > most)
    throw new Problem(`--${name} is "${text}"; it must be a number from 0 to ${most}`);
  return Number(text);
}
