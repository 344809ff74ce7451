// A tab behind another: the browser slows its timers down, to one in a second at first and to one in a minute after a while.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { hide, keepSockets, snapshot } from "./lifecycle.mjs";
import { openShell, peoplesWindow, Server } from "./stage.mjs";
import { bareServer } from "./stranger.mjs";

test(
  "a hidden tab whose timers hardly come keeps its line: pings are answered as they come",
  { timeout: 60_000 },
  async (t) => {
    const server = await Server.start(t, { terminal: ["--shell", "--silence", "2"] });
    const window = await slowWindow(t);
    await window.addInitScript(keepSockets);
    const shell = await openShell(window, server);
    const key = await shell.key();
    await hide(shell);
    // The server gives up whom it has not heard for two pings and a bit.
    await shell.page.evaluate(
      () =>
        new Promise((resolve) => {
          let pings = 0;
          window.sockets.at(-1).addEventListener("message", ({ data }) => {
            if (typeof data === "string" && JSON.parse(data).t === "ping" && ++pings === 8) resolve();
          });
        }),
    );
    const { attached, generation } = await server.session(key);
    assert.deepEqual({ attached, generation }, { attached: true, generation: 1 });
  },
);

test("a line that is cut while the tab is hidden is back without anybody looking", { timeout: 60_000 }, async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await peoplesWindow(t), server);
  const [key, pid] = [await shell.key(), await shell.pid()];
  const show = await hide(shell);
  await server.fault(key, "rst");
  await server.session(key, ({ attached, generation }) => attached && generation === 2);
  assert.equal(await shell.page.evaluate(() => document.visibilityState), "hidden");
  await show();
  assert.equal(await shell.pid(), pid);
});

test("a wait that a hidden tab's timers draw out ends when somebody looks", { timeout: 60_000 }, async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await slowWindow(t), server);
  const [key, pid] = [await shell.key(), await shell.pid()];
  const show = await hide(shell);
  const lost = shell.next("waiting");
  await server.fault(key, "rst");
  await lost;
  const begun = Date.now();
  await show();
  await shell.is("ready");
  t.diagnostic(`from the look to the line: ${Date.now() - begun} ms`);
  assert.equal((await snapshot(shell)).attempts, 2);
  assert.equal(await shell.pid(), pid);
});

test("a line that died while nobody looked is replaced within seconds of a look", { timeout: 60_000 }, async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await slowWindow(t), server);
  const [key, pid] = [await shell.key(), await shell.pid()];
  const show = await hide(shell);
  await server.fault(key, "half_open");
  const lost = shell.next("waiting");
  const begun = Date.now();
  await show();
  assert.equal((await lost).reason, "heartbeat");
  const took = Date.now() - begun;
  t.diagnostic(`from the look to the loss: ${took} ms`);
  assert.ok(took < 10_000, "the silence of two of the server's pings, 30 s, is not waited for");
  await shell.is("ready");
  assert.equal(await shell.pid(), pid);
});

test("a tab that is opened in the background, and stays there, holds no program up", { timeout: 60_000 }, async (t) => {
  const flood = "seq 400000; touch finished; exec cat";
  const server = await bareServer(t, ["--profile", `system=cd '${"$HOME"}'; ${flood}`]);
  const window = await peoplesWindow(t);
  const front = await window.newPage();
  const cdp = await window.browser().newBrowserCDPSession();
  const opened = window.waitForEvent("page");
  await cdp.send("Target.createTarget", { url: server.url.origin, background: true });
  const page = await opened;
  await page.waitForLoadState();
  await front.bringToFront();
  // A terminal that processes nothing, as one does that draws in animation frames.
  const key = await page.evaluate(async (access) => {
    const { connect } = await import("/index.js");
    const link = await connect("/terminal", { resume: true, auth: () => access });
    link.pace();
    link.addEventListener("message", () => {});
    return link.sessionKey;
  }, server.access);
  assert.equal(await page.evaluate(() => document.visibilityState), "hidden");
  const { held } = await server.session(key, () => existsSync(join(server.home, "finished")));
  assert.equal(held, true);
});

/** A window whose hidden tabs hardly get a timer. */
async function slowWindow(t) {
  const window = await peoplesWindow(t);
  await window.addInitScript(drawTimersOut);
  return window;
}

// Runs in the page, before anything else there: while it is hidden, its timers come a minute late. That is the worst that browsers do;
// they take minutes to begin with it.
function drawTimersOut() {
  const set = window.setTimeout;
  window.setTimeout = (call, ms, ...given) => set(call, document.hidden && ms > 0 ? ms + 60_000 : ms, ...given);
}
