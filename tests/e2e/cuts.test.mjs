// The line is cut, and comes back to the same shell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWindow, openShell, Server } from "./stage.mjs";

for (const fault of ["rst", "fin"]) {
  test(`after ${fault.toUpperCase()} the same shell answers, its screen neither doubled nor blank`, async (t) => {
    const server = await Server.start(t);
    const shell = await openShell(await newWindow(t), server);
    const pid = await shell.pid();
    await shell.ask("echo once-$((40+2))", /^once-42$/m);
    const back = shell.next("ready");
    await server.fault(await shell.key(), fault);
    await back;
    assert.equal(await shell.pid(), pid);
    assert.equal(await shell.count("once-42"), 1);
  });
}

test("what the shell prints while the line is down arrives once", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  await shell.ask("mkfifo gate; echo made-$((40+2))", /made-42/);
  await shell.type("cat gate; echo away-$((40+2))");
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 500 });
  await lost;
  await server.write("gate", "through\n");
  await shell.shows(/^through\naway-42$/m);
  assert.equal(await shell.count("away-42"), 1);
});

test("a server that refuses for a minute opens the breaker; its one probe finds the same shell", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server, { clock: true });
  const pid = await shell.pid();
  await shell.ask("echo once-$((40+2))", /^once-42$/m);
  await holdTheClock(shell);
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 3_000 });
  await lost;
  assert.match(await shell.status(), /^The line was cut\. Attempt 1\s+in [01] s$/);
  await shell.picture("waiting");
  const attempts = await failUntilTheBreakerOpens(shell);
  assert.ok(attempts.waited >= 15_000 && attempts.count === 6, JSON.stringify(attempts));
  assert.match(await shell.status(), /^The server cannot be reached\. Giving it a rest; attempt 6\s+in 3\d s$/);
  await shell.picture("open-circuit");

  await server.isBack();
  assert.equal(await shell.page.evaluate(() => window.relatch.link.state), "open-circuit");
  const back = shell.next("ready");
  await shell.page.clock.fastForward("00:36");
  await back;
  await shell.page.clock.resume();
  assert.equal(await shell.pid(), pid);
  assert.equal(await shell.count("once-42"), 1);
});

test("the Retry button, reached by Tab, does not wait for the breaker", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server, { clock: true });
  const pid = await shell.pid();
  await shell.ask("echo once-$((40+2))", /^once-42$/m);
  await holdTheClock(shell);
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 1_500 });
  await lost;
  await failUntilTheBreakerOpens(shell);
  await server.isBack();
  const back = shell.next("ready");
  await shell.page.keyboard.press("Tab");
  await shell.page.keyboard.press("Enter");
  await back;
  await shell.page.clock.resume();
  assert.equal(await shell.pid(), pid);
  assert.equal(await shell.count("once-42"), 1);
});

test("a page without a network says so, and comes back with it", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  const shell = await openShell(window, server);
  const pid = await shell.pid();
  await shell.ask("echo once-$((40+2))", /^once-42$/m);
  const offline = shell.next("offline");
  await window.setOffline(true);
  await server.fault(await shell.key(), "rst").catch(() => {});
  await offline;
  assert.match(await shell.status(), /^Your device is offline\. Looking again\s+in \d+ s$/);
  await shell.picture("offline");
  const back = shell.next("ready");
  await window.setOffline(false);
  await back;
  assert.equal(await shell.pid(), pid);
  assert.equal(await shell.count("once-42"), 1);
});

test("a size that changed while the line was down is the shell's once it is back", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  const shell = await openShell(window, server);
  const before = await sizeOf(shell);
  const offline = shell.next("offline");
  await window.setOffline(true);
  await server.fault(await shell.key(), "rst").catch(() => {});
  await offline;
  await shell.page.setViewportSize({ width: 700, height: 400 });
  await shell.page.waitForFunction((cols) => window.relatch.terminal.cols < cols, before.cols);
  const { cols, rows } = await sizeOf(shell);
  assert.ok(rows < before.rows);
  const back = shell.next("ready");
  await window.setOffline(false);
  await back;
  await shell.ask("stty size", new RegExp(`^${rows} ${cols}$`, "m"));
});

test("typing while the line is down arrives once it is back", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 500 });
  await lost;
  await shell.ask("echo late-$((40+2))", /^late-42$/m);
});

/** The terminal's size, in characters. */
function sizeOf(shell) {
  return shell.page.evaluate(() => ({ cols: window.relatch.terminal.cols, rows: window.relatch.terminal.rows }));
}

/**
 * Stops the page's clock, once its line is stable: from then on it is moved past each wait, so that a minute of refusals takes the
 * server's few seconds, and no wait ends by itself while the test looks at it.
 */
async function holdTheClock(shell) {
  await shell.page.clock.pauseAt((await shell.page.evaluate(() => Date.now())) + 10_000);
}

/** Moves the page's clock past every wait until the breaker opens; returns what the page went through. */
async function failUntilTheBreakerOpens(shell) {
  let waited = 0;
  for (let count = 1; ; count++) {
    const { state, retryIn } = await shell.page.evaluate(() => window.relatch.link.snapshot());
    if (state === "open-circuit") return { count, waited };
    waited += retryIn;
    const failed = Promise.race([shell.next("waiting"), shell.next("open-circuit")]);
    await shell.page.clock.fastForward(Math.ceil(retryIn) + 1);
    await failed;
  }
}
