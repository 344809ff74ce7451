// What can befall a line, a page or a server, and where it is shown that nothing is lost by it: in the soak, and elsewhere.
import { existsSync } from "node:fs";
import { inProject } from "../../scripts/project.mjs";

/** `here` names kinds, reloads and what the runs always do; `elsewhere` is a test, and what it adds. */
export const FAULTS = [
  {
    fault: "a cut between any two frames",
    here: ["a cut between two frames", "a reset", "an end without a close frame"],
  },
  {
    fault: "a cut inside a frame",
    here: ["a cut inside a frame of the server's", "a cut inside a frame of the page's"],
  },
  { fault: "half-open", here: ["half-open, both ways"], elsewhere: "tests/search (each way alone, before any frame)" },
  { fault: "a reset", here: ["a reset", "the server down for 300 ms"] },
  { fault: "a slow close", here: ["a slow close"], elsewhere: "tests/search (its frames at any time)" },
  {
    fault: "a hello later than newer ones",
    here: ["a hello later than a newer one"],
    elsewhere: "tests/host/stale.rs; tests/search",
  },
  {
    fault: "a pong later than newer ones",
    here: ["a reload, whose first pong is later than a newer one"],
    elsewhere: "tests/host/takeover.rs; tests/search",
  },
  {
    fault: "the old socket readable after its replacement",
    here: ["the old socket readable after its replacement"],
    elsewhere: "tests/search (its frames at any time)",
  },
  { fault: "the first welcome lost", here: ["the first of all welcomes lost", "the welcome lost"] },
  {
    fault: "each ack lost",
    here: ["the page's acks and typing lost", "the server's acks and output lost"],
    elsewhere: "tests/search (each single one)",
  },
  { fault: "timers frozen for 60 s", here: ["the page stands still", "the page frozen by its browser"] },
  { fault: "the server standing still for 60 s", here: ["the server stands still"] },
  { fault: "a slow reader", here: ["a slow reader, then a reset", "a line that stalls, then a reset"] },
  {
    fault: "the ring overflows inside OSC, CSI and UTF-8",
    here: ["a gap while the page was cut off", "a gap while the page was frozen by its browser"],
    elsewhere: "tests/host/ring.rs, tests/host/gaps.rs (where output goes on)",
  },
  {
    fault: "the ring overflows during a snapshot",
    here: ["a cut while it caught up"],
    elsewhere: "tests/host/snapshots.rs; tests/search (slow snapshots)",
  },
  {
    fault: "a server restart",
    here: ["a restart that keeps sessions", "a restart that keeps nothing"],
    elsewhere: "tests/e2e/restart.test.mjs (a new process of the server)",
  },
  {
    fault: "a wrong secret, origin, project",
    here: ["a stranger turned away, then a reset"],
    elsewhere: "server/tests/server/door.rs",
  },
  {
    fault: "every close code",
    here: [
      "a code that is retried",
      "a code that asks for 5 s",
      "a code that asks for a new token",
      "a code that opens the breaker",
      "a code that stops the link",
      "a code that says another page has it",
      "a code that says the page is wrong",
      "a code that says the session is gone",
      "a code that says the session has ended",
    ],
    elsewhere: "tests/native/close_codes.rs (each number)",
  },
  { fault: "1000 without an exit", here: ["a code that is retried: 1000"] },
  { fault: "a resize to one column", here: ["resized to one column, then a reset"] },
  {
    fault: "a bye, then a late hello",
    here: ["a bye, then a late hello, then a reload", "an end by the page, then a late hello"],
    elsewhere: "tests/host/stale.rs",
  },
  {
    fault: "two pages with one session, one of them reloading",
    here: ["two pages, one of them reloading"],
    elsewhere: "tests/e2e/resume.test.mjs; tests/search",
  },
];

/** What the table names and is not there: kinds that no run knows by `names`, and files. */
export function missing(names) {
  const kinds = FAULTS.flatMap(({ here }) => here).filter((name) => !names.includes(name));
  const files = FAULTS.flatMap(({ elsewhere = "" }) => elsewhere.match(/\b(server|tests)\/[\w./-]+/g) ?? []);
  return [...kinds, ...files.filter((file) => !existsSync(inProject(file)))];
}
