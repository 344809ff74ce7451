// Full-screen programs look as they did also where the server no longer has what their screens were drawn by.
import assert from "node:assert/strict";
import { test } from "node:test";
import { endsWith, look, looksAs } from "./look.mjs";
import { find, loss, LOSSES } from "./losses.mjs";
import { goesOn, open, pidIn, PROGRAMS, quit, SIZES, startOf, storm } from "./programs.mjs";

/** What is printed before the program begins. */
const LINES = "seq 1000001 1000500";
const LAST = 1_000_500;

for (const [name, program] of Object.entries(PROGRAMS)) {
  test(
    `${name}, its beginning forgotten, looks the same after a reload, and goes on`,
    { timeout: 60_000 },
    async (t) => {
      const { shell, server, pid } = await openAndForget(t, program);
      const before = await look(shell);
      await LOSSES["a reload"](shell);
      await find(shell);
      await looksAs(shell, before, `${name}, its beginning forgotten, after a reload`);
      await goesOn(shell, server, program, pid, name);
      // What had been printed before the program began is there once, without a hole, as far back as a new page is given it.
      const lines = (await shell.text()).match(/^1\d{6}$/gm)?.map(Number) ?? [];
      assert.ok(lines.length >= 50, `${lines.length} lines are left`);
      const expected = Array.from(lines, (_, i) => LAST - lines.length + 1 + i);
      assert.deepEqual(lines, expected);
    },
  );

  test(
    `${name}, its beginning forgotten, fills a window that is smaller after a reload`,
    { timeout: 60_000 },
    async (t) => {
      const { shell, server, pid } = await openAndForget(t, program);
      // The page is not there while the window changes.
      await shell.page.goto("about:blank");
      await shell.page.setViewportSize(SIZES.smaller);
      await shell.page.goBack();
      await find(shell);
      await endsWith(shell, program.bottom);
      await goesOn(shell, server, program, pid, `${name} in a smaller window`);
    },
  );

  test(`${name}, begun behind a flood while the line was down, looks as it did`, { timeout: 60_000 }, async (t) => {
    const { shell, server, pid } = await open(t, program);
    const before = await look(shell);
    await quit(shell, server, program, pid);

    // 2.9 MB: the server keeps 1 MiB.
    const line = `mkfifo gate; echo wait-$((40+2)); cat gate; seq 1000000 1360000; ${startOf(program)}`;
    await shell.ask(line, /^wait-42$/m);
    // The page's time stands still: it does not try again before all has been printed.
    await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
    const lost = loss(shell);
    await server.fault(await shell.key(), "rst");
    await lost;
    const { received } = await shell.page.evaluate(() => window.relatch.link.snapshot());
    await server.write("gate", "");
    await printed(server, ({ base }) => base > received && pidIn(server.home) !== pid);
    await shell.page.clock.resume();
    await find(shell);
    await looksAs(shell, before, `${name} begun while away`);
    await goesOn(shell, server, program, pidIn(server.home), `${name} begun while away`);
  });
}

/** Opens a program, and has it draw until the server has nothing left of what it printed first: modes, title, other screen. */
async function openAndForget(t, program) {
  const opened = await open(t, program, (shell) => shell.ask(LINES, new RegExp(`^${LAST}\n.*\\$$`, "m")));
  const { shell, server } = opened;
  const begun = (await server.sessions())[0].head;
  let base;
  do {
    await storm(shell, program);
    ({ base } = await printed(server));
  } while (base <= begun);
  return opened;
}

/** Waits until the only session is as asked, and prints no more. */
async function printed(server, isMet = () => true) {
  for (let last; ;) {
    const [session] = await server.sessions();
    if (session.head === last && isMet(session)) return session;
    last = session.head;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
