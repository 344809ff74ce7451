// Full-screen programs look after a loss as they did before it, to the pixel, and go on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { differing, endsWith, look, looksAs } from "./look.mjs";
import { find, LOSSES, resizeWhileAway } from "./losses.mjs";
import { goesOn, open, PROGRAMS, quit, SIZES } from "./programs.mjs";

const CUT = LOSSES["a cut of 2 min"];
const RELOAD = LOSSES["a reload"];

const SAME_AFTER = {
  "a cut of 5 s": LOSSES["a cut of 5 s"],
  "a cut of 2 min": CUT,
  "a reload": RELOAD,
  "a resize while away, and back": resizeWhileAway(SIZES.smaller, SIZES.usual),
};

for (const [name, program] of Object.entries(PROGRAMS)) {
  for (const [how, lose] of Object.entries(SAME_AFTER)) {
    test(`${name} looks the same after ${how}, and goes on`, { timeout: 60_000 }, async (t) => {
      const { shell, server, pid } = await open(t, program);
      const before = await look(shell);
      await lose(shell, server);
      await find(shell);
      await looksAs(shell, before, `${name} after ${how}`);
      await goesOn(shell, server, program, pid, name);
    });
  }

  for (const size of ["smaller", "larger"]) {
    test(`${name} fills a window that has become ${size} while away, and goes on`, { timeout: 60_000 }, async (t) => {
      const { shell, server, pid } = await open(t, program);
      await resizeWhileAway(SIZES[size])(shell, server);
      await find(shell);
      await endsWith(shell, program.bottom);
      await goesOn(shell, server, program, pid, `${name} in a ${size} window`);
    });
  }
}

test("a picture tells what the cells do not: a cursor of another shape", async (t) => {
  const { shell } = await open(t, PROGRAMS.less);
  const [block, bar] = [2, 6].map((shape) => () => shell.page.evaluate(showCursor, shape));
  await block();
  const before = await look(shell);
  await bar();
  const after = await look(shell);
  assert.deepEqual(after.cells, before.cells);
  assert.ok((await differing(shell.page, before.picture, after.picture)) > 0);
  await block();
  await looksAs(shell, before, "the same cursor");
});

test("htop with its bars and all processes, held still, looks the same after a cut and a reload", async (t) => {
  const htop = {
    ...PROGRAMS.htop,
    // A shell that manages jobs would take the terminal back from one that is stopped.
    before: "set +m",
    start: "env HTOPRC=none htop",
    shows: /Load average: [^]*PID[^]*F10Quit/,
  };
  const { shell, server, pid } = await open(t, htop);
  process.kill(pid, "SIGSTOP");
  const before = await look(shell);
  for (const lose of [CUT, RELOAD]) {
    await lose(shell, server);
    await find(shell);
    await looksAs(shell, before, "htop held still");
  }
  process.kill(pid, "SIGCONT");
  await shell.page.keyboard.press("F5");
  await shell.shows(/F5List/);
  await quit(shell, server, htop, pid);
});

// Runs in the page.
function showCursor(shape) {
  return new Promise((shown) => window.relatch.terminal.write(`\x1b[${shape} q`, shown));
}
