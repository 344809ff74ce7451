// What a person has before them when the line goes, a half-typed line, a running build, a pager, is there when it is back: byte for byte.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { find, LOSSES } from "./losses.mjs";
import { newWindow, openShell, Server, Shell } from "./stage.mjs";

for (const [name, lose] of Object.entries(LOSSES)) {
  test(`${name}: a half-typed line, a running build and a pager go on`, { timeout: 60_000 }, async (t) => {
    const server = await Server.start(t);
    const shell = await openShell(await newWindow(t), server, { clock: true });
    const loseAndFind = async () => {
      await lose(shell, server);
      await find(shell);
    };
    const pid = await shell.pid();

    await shell.page.keyboard.type("echo half-");
    await shell.shows(/\$ echo half-$/);
    await loseAndFind();
    await shell.page.keyboard.type("typed\n");
    await shell.shows(/^half-typed$/m);

    // It waits for the test in its middle, so that it runs when the line goes, however fast the machine is.
    await shell.type("mkfifo go; for i in {1..40}; do echo step-$i; [ $i = 20 ] && cat go; done; echo built-$((40+2))");
    await shell.shows(/^step-20$/m);
    const gone = loseAndFind();
    await server.write("go", "");
    await gone;
    await shell.shows(/^built-42$/m);
    const steps = (await shell.text()).match(/^step-\d+$/gm);
    assert.deepEqual(
      steps,
      Array.from({ length: 40 }, (_, i) => `step-${i + 1}`),
    );

    await shell.type("clear; seq 1000 1999 | less");
    await shell.shows(/^1000\n1001\n[^]*\n:$/);
    await loseAndFind();
    await shell.shows(/^1000\n1001\n[^]*\n:$/);
    await shell.page.keyboard.type(" ");
    await shell.shows(/^10\d\d\n[^]*\n:$/);
    await shell.page.keyboard.type("q");
    await shell.shows(/\$$/);
    assert.equal(await shell.pid(), pid);
  });
}

test("a duplicated tab gets a shell of its own, and the first keeps its own", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  const first = await openShell(window, server);
  const pid = await first.pid();
  const second = await duplicate(window, first);
  await second.shows(/\$$/);
  assert.notEqual(await second.pid(), pid);
  assert.equal(await first.pid(), pid);
  assert.equal((await server.sessions()).length, 2);
});

test("a tab that has the other's session all the same takes it over, and each can take it back", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  // Without locks nobody notices that a tab is a copy.
  await window.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
  const first = await openShell(window, server);
  const pid = await first.pid();
  await first.page.keyboard.type("echo half-");
  await first.shows(/\$ echo half-$/);
  const second = await duplicate(window, first);
  await first.is("superseded");
  await second.shows(/\$ echo half-$/);
  await first.page.bringToFront();
  await first.page.locator("#notice").getByRole("button", { name: "Use it here" }).click();
  await first.is("ready");
  await second.is("superseded");
  await first.page.keyboard.type("typed\n");
  await first.shows(/^half-typed$/m);
  assert.equal(await first.count("half-typed"), 1);
  assert.equal(await first.pid(), pid);
});

for (const [keep, said] of [
  ["sessions", /The server was restarted\. A new shell begins here\.[^]*\$$/],
  ["nothing", /The shell is gone\. A new one begins here\.[^]*\$$/],
]) {
  test(
    `a restart that keeps ${keep} is said plainly, and what was typed for the old shell is discarded`,
    { timeout: 60_000 },
    async (t) => {
      const server = await Server.start(t);
      const shell = await openShell(await newWindow(t), server, { clock: true });
      const pid = await shell.pid();
      const { sessionId } = await shell.page.evaluate(() => window.relatch.link.snapshot());
      await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
      const lost = shell.next("waiting");
      await server.mockRestart(keep);
      await lost;
      await shell.page.evaluate(() => window.relatch.link.send("touch leaked\n"));
      await shell.page.clock.resume();
      await shell.shows(said);
      await shell.picture(`restart-keeps-${keep}`);
      assert.match(await shell.status(), /\(13 bytes\) was dropped/);
      assert.notEqual(await shell.pid(), pid);
      assert.equal(existsSync(join(server.home, "leaked")), false);
      const after = await shell.page.evaluate(() => window.relatch.link.sessionId);
      assert.equal(after === sessionId, keep === "sessions");
    },
  );
}

test("a shell that ends says how, also to a page that was away", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const lost = shell.next("waiting");
  await shell.type("mkfifo gate; cat gate; exit 7");
  await shell.shows(/exit 7$/m);
  await server.fault(await shell.key(), { down: 500 });
  await lost;
  await server.write("gate", "last words\n");
  await shell.shows(/last words[^]*── The shell has ended \(exit 7\)\. ──/);
  await shell.is("closed");
  assert.match(await shell.page.locator("#notice").innerText(), /The shell is gone \(exit 7\)/);
  await shell.picture("exited");
});

test("what is typed while the line is down is said to wait, and arrives once it is back", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 3_000 });
  await lost;
  await shell.page.keyboard.type("echo ahead");
  await shell.page.locator("#countdown", { hasText: "10 bytes typed wait for it" }).waitFor();
  await shell.picture("typed-ahead");
  await shell.ask("-$((40+2))", /^ahead-42$/m);
});

/** A tab that a page opens begins with a copy of its sessionStorage, as a duplicated tab does. */
async function duplicate(window, shell) {
  const opened = window.waitForEvent("page");
  await shell.page.evaluate(() => void open(location.href));
  const copy = new Shell(await opened);
  await copy.is("ready");
  return copy;
}
