// `npm run search -- 2000000`: the exhaustive search of the two machines, so many states of the largest world of each concern.
import { main, Problem } from "./project.mjs";
import { run } from "./process.mjs";
import { setup } from "./setup.mjs";

// A million take about 3 GB of memory.
const STATES = "1000000";

await main(import.meta.url, async () => {
  const [states = STATES, ...more] = process.argv.slice(2);
  if (!/^[1-9][0-9]*$/.test(states) || more.length) throw new Problem("usage: npm run search -- <states>, a number");
  await setup();
  // One world after another: each keeps what it has seen in memory.
  const args = ["test", "--features", "host", "--test", "search", "--", "worlds", "--test-threads=1"];
  await run("cargo", args, { env: { RELATCH_SEARCH_STATES: states } });
});
