// What the browser says of the network, rightly or wrongly, and a network that is another all of a sudden.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keepSockets, nextFrame, snapshot } from "./lifecycle.mjs";
import { find } from "./losses.mjs";
import { newWindow, openShell, Server } from "./stage.mjs";

test("a browser that says offline with a network that works gets its page an attempt each 30 s, which does", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  await window.addInitScript(sayWhatTheTestSays);
  const shell = await openShell(window, server, { clock: true });
  const pid = await shell.pid();
  await say(shell, "offline");
  await shell.ask("echo kept-$((40+2))", /^kept-42$/m);
  assert.equal((await snapshot(shell)).attempts, 1, "a line that works is kept whatever the browser says");

  await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
  const lost = shell.next("offline");
  await server.fault(await shell.key(), { down: 1_000 });
  await lost;
  for (let failed = 0; failed < 2; failed++) {
    const { state, attempts, retryIn } = await snapshot(shell);
    assert.ok(state === "offline" && retryIn >= 30_000 && retryIn <= 36_000, `${state}, ${retryIn}`);
    const again = shell.next("offline");
    await shell.page.clock.fastForward(Math.floor(retryIn) - 1);
    assert.equal((await snapshot(shell)).attempts, attempts);
    await shell.page.clock.fastForward(2);
    await again;
    assert.equal((await snapshot(shell)).attempts, attempts + 1);
  }
  await server.isBack();
  const back = shell.next("ready");
  await shell.page.clock.fastForward(Math.ceil((await snapshot(shell)).retryIn));
  await back;
  assert.equal(await shell.page.evaluate(() => navigator.onLine), false);
  assert.equal((await snapshot(shell)).breakerFailures, 0, "what failed without a network is nobody's fault");
  await shell.page.clock.resume();
  assert.equal(await shell.pid(), pid);
});

test("a page that is opened while the browser says offline connects all the same", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  await window.addInitScript(sayWhatTheTestSays);
  await window.addInitScript(() => (window.saysOnline = false));
  const shell = await openShell(window, server);
  await shell.ask("echo made-$((40+2))", /^made-42$/m);
  assert.equal((await snapshot(shell)).attempts, 1);
});

test("a browser that says online without a network gets its page the waits of a server that is down", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  await window.addInitScript(sayWhatTheTestSays);
  const shell = await openShell(window, server, { clock: true });
  const pid = await shell.pid();
  await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
  await window.setOffline(true);
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), "rst").catch(() => {});
  await lost;
  for (const most of [1_000, 2_000, 4_000]) {
    const { state, retryIn } = await snapshot(shell);
    assert.ok(state === "waiting" && retryIn <= most, `${state}, ${retryIn}`);
    const again = shell.next("waiting");
    await shell.page.clock.fastForward(Math.ceil(retryIn));
    await again;
  }
  await window.setOffline(false);
  await find(shell);
  await shell.page.clock.resume();
  assert.equal(await shell.pid(), pid);
});

test("another network is told by online alone: a line that died of it is replaced at once", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server, { clock: true });
  const pid = await shell.pid();
  await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
  await server.fault(await shell.key(), "half_open");
  await shell.page.keyboard.type("echo half-");
  await shell.page.evaluate(() => void dispatchEvent(new Event("online")));
  assert.equal((await snapshot(shell)).state, "ready", "it is asked, not given up");
  const lost = shell.next("waiting");
  await shell.page.clock.fastForward(5_000);
  assert.equal((await lost).reason, "heartbeat");
  await find(shell);
  await shell.page.clock.resume();
  await shell.page.keyboard.type("typed\n");
  await shell.shows(/^half-typed$/m);
  assert.equal(await shell.count("half-typed"), 1, "what was typed into the dead line arrived by the new one, once");
  assert.equal(await shell.pid(), pid);
});

test("another network is told by online alone: a line that lived through it is kept", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  await window.addInitScript(keepSockets);
  const shell = await openShell(window, server, { clock: true });
  await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
  const heard = nextFrame(shell, "pong");
  await shell.page.evaluate(() => void dispatchEvent(new Event("online")));
  await heard;
  await shell.page.clock.fastForward(5_100);
  const { state, attempts } = await snapshot(shell);
  assert.deepEqual({ state, attempts }, { state: "ready", attempts: 1 });
});

/** Has the browser say that it has a network, or none. */
function say({ page }, type) {
  return page.evaluate((type) => {
    window.saysOnline = type === "online";
    dispatchEvent(new CustomEvent(type, { detail: "said by the test" }));
  }, type);
}

// Runs in the page, before anything else there: what the browser says of the network is the test's to say. What it finds out itself is
// not heard.
function sayWhatTheTestSays() {
  window.saysOnline = true;
  Object.defineProperty(Navigator.prototype, "onLine", { get: () => window.saysOnline });
  for (const type of ["online", "offline"])
    addEventListener(type, (event) => event.detail === "said by the test" || event.stopImmediatePropagation());
}
