// A machine that slept: the page's timers come late by minutes, and what became of the line meanwhile nobody has told it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { snapshot } from "./lifecycle.mjs";
import { find } from "./losses.mjs";
import { newWindow, openShell, Server } from "./stage.mjs";

test("a line that lived through ten minutes of sleep is asked, and kept", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server, { clock: true });
  await shell.page.keyboard.type("echo half-");
  await shell.shows(/\$ echo half-$/);
  await shell.page.clock.fastForward("10:00");
  await shell.page.keyboard.type("typed\n");
  await shell.shows(/^half-typed$/m);
  assert.equal((await snapshot(shell)).attempts, 1);
  assert.equal((await server.session(await shell.key())).generation, 1);
});

test("a line that died in ten minutes of sleep is replaced 5 s after them, and no key is lost", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server, { clock: true });
  const pid = await shell.pid();
  await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
  await server.fault(await shell.key(), "half_open");
  await shell.page.clock.fastForward("10:00");
  await shell.page.keyboard.type("echo half-");
  assert.equal((await snapshot(shell)).state, "ready");
  const lost = shell.next("waiting");
  await shell.page.clock.fastForward(5_000);
  assert.equal((await lost).reason, "heartbeat");
  await find(shell);
  await shell.page.clock.resume();
  await shell.page.keyboard.type("typed\n");
  await shell.shows(/^half-typed$/m);
  assert.equal(await shell.count("half-typed"), 1);
  assert.equal(await shell.pid(), pid);
});

test("a wait that sleep made late ends with it", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server, { clock: true });
  const pid = await shell.pid();
  await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 500 });
  await lost;
  await server.isBack();
  const { attempts } = await snapshot(shell);
  const back = shell.next("ready");
  await shell.page.clock.fastForward("10:00");
  await back;
  assert.equal(
    (await snapshot(shell)).attempts,
    attempts + 1,
    "one attempt, not one for each wait that would have ended",
  );
  await shell.page.clock.resume();
  assert.equal(await shell.pid(), pid);
});

test("a page that stood still until its server gave it up finds its shell, and what that said", async (t) => {
  const server = await Server.start(t, { terminal: ["--shell", "--silence", "2"] });
  const window = await newWindow(t);
  const shell = await openShell(window, server);
  const [key, pid] = [await shell.key(), await shell.pid()];
  await shell.type("mkfifo go; cat go; echo away-$((40+2))");
  await shell.shows(/away-\$\(\(40\+2\)\)$/);
  const goOn = await (shell.page.halt?.() ?? standStill(window));
  try {
    await server.session(key, ({ attached }) => !attached);
    await server.write("go", "");
  } finally {
    goOn();
  }
  await shell.shows(/^away-42$/m);
  assert.equal(await shell.count("away-42"), 1);
  assert.equal(await shell.pid(), pid);
  assert.equal((await server.session(key)).generation, 2);
});

/** Stops the processes that run pages. Returns what lets them go on. */
async function standStill(window) {
  const session = await window.browser().newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const pids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  return () => pids.forEach((pid) => process.kill(pid, "SIGCONT"));
}
