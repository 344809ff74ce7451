// A hidden tab that its browser freezes: nothing runs in it, and its line is given up in order before.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hide, LoggingServer, RETENTION, snapshot } from "./lifecycle.mjs";
import { openShell, peoplesWindow } from "./stage.mjs";

test("a tab that is frozen closes with 4102, and finds its shell and what that said when it thaws", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await peoplesWindow(t), server);
  const [key, pid] = [await shell.key(), await shell.pid()];
  await shell.type("mkfifo go; cat go; echo away-$((40+2))");
  await shell.shows(/away-\$\(\(40\+2\)\)$/);
  const thaw = await freeze(shell);
  assert.deepEqual(await server.closedWith(key), [4102]);
  const { retainedForMs, detachedForMs } = await server.session(key, ({ attached }) => !attached);
  assert.ok(retainedForMs + detachedForMs > RETENTION - 100);
  await server.write("go", "");
  await thaw();
  await shell.shows(/^away-42$/m);
  assert.equal(await shell.count("away-42"), 1);
  assert.equal(await shell.pid(), pid);
});

test("a tab that is frozen while it waits makes its attempt when it thaws", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await peoplesWindow(t), server);
  const [key, pid] = [await shell.key(), await shell.pid()];
  const lost = shell.next("waiting");
  await server.fault(key, { down: 1_500 });
  await lost;
  const thaw = await freeze(shell);
  await server.isBack();
  assert.equal((await server.session(key)).attached, false, "nothing runs in it");
  await thaw();
  await shell.is("ready");
  assert.equal(await shell.pid(), pid);
});

test("a frozen tab that is thawed and never looked at has its line too", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await peoplesWindow(t), server);
  const key = await shell.key();
  const thaw = await freeze(shell);
  await server.session(key, ({ attached }) => !attached);
  await thaw({ look: false });
  await server.session(key, ({ attached, generation }) => attached && generation === 2);
  assert.equal((await snapshot(shell)).state, "ready");
});

/** Hides a tab and freezes it. Returns what has the browser go on with it, and a person look at it. */
async function freeze(shell) {
  const show = await hide(shell);
  const cdp = await shell.page.context().newCDPSession(shell.page);
  await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  return async ({ look = true } = {}) => {
    await cdp.send("Page.setWebLifecycleState", { state: "active" });
    if (look) await show();
  };
}
