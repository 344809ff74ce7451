// The option sharedRetries: twenty tabs on a dead server make the attempts of one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as span } from "node:timers/promises";
import { Gate } from "./gate.mjs";
import { newWindow, peoplesWindow } from "./stage.mjs";

// Waits of 0.2, 0.4, 0.8, 1.6 s and then of 2 s.
const SHORT = {
  sharedRetries: true,
  stableAfter: 300,
  backoff: { base: 200, max: 2000, jitter: "none" },
  breaker: { recovery: 2000 },
};
/** How long attempts are counted, ms. */
const COUNTED = 8000;

/** Resolves once the page's line is there. Nothing is drawn in a hidden page, so it is looked at by a timer. */
const ready = (page) => page.waitForFunction(() => window.link?.state === "ready", null, { polling: 50 });

/** So many pages whose lines are stable. */
async function open(gate, window, count) {
  const opened = Array.from({ length: count }, (_, tab) => gate.page(window, tab, SHORT));
  const pages = await Promise.all(opened);
  for (const page of pages) await ready(page);
  await span(2 * SHORT.stableAfter);
  return pages;
}

/** The attempts that are made while the server is dead. */
async function whileDead(gate) {
  const before = gate.attempts.length;
  gate.shut();
  await span(COUNTED);
  return gate.attempts.slice(before);
}

/** The next attempt of another tab than this one, and how long it took to come. */
async function next(gate, tab) {
  const before = gate.attempts.length;
  const since = performance.now();
  let found;
  while (!found && performance.now() < since + 15_000) {
    await span(20);
    found = gate.attempts.slice(before).find((attempt) => attempt.tab !== tab);
  }
  return { ...found, took: performance.now() - since };
}

test("twenty tabs make the attempts of one, outlive the tab that tries, and are all back with the server", async (t) => {
  const alone = await Gate.open(t);
  const window = await newWindow(t);
  const [single] = await open(alone, window, 1);
  const ofOne = (await whileDead(alone)).length;
  await single.close();

  const gate = await Gate.open(t);
  const pages = await open(gate, window, 20);
  const ofTwenty = await whileDead(gate);
  t.diagnostic(`${ofOne} attempts of one tab in ${COUNTED / 1000} s, ${ofTwenty.length} of twenty`);
  // A line may be lost just after the first failure was told.
  assert.ok(ofTwenty.length <= ofOne + 1, `${ofTwenty.length} attempts, not ${ofOne}`);
  assert.ok(ofTwenty.length >= ofOne - 1, "and they do try");
  const states = await Promise.all(pages.map((page) => page.evaluate(() => window.link.state)));
  assert.ok(
    states.every((state) => /waiting|open-circuit|connecting/.test(state)),
    `${states}`,
  );

  // Whoever made the last attempt makes the next one, unless it is gone by then. The wait is 2 s.
  const prober = ofTwenty.at(-1).tab;
  await pages[prober].close();
  const successor = await next(gate, prober);
  t.diagnostic(`the tab that tried was closed, and another tried ${Math.round(successor.took)} ms later`);
  assert.ok(successor.took <= 2000 + 5000);

  const before = gate.attempts.length;
  gate.open();
  const found = performance.now();
  const rest = pages.filter((page) => page !== pages[prober]);
  await Promise.all(rest.map((page) => ready(page)));
  t.diagnostic(`all back ${Math.round(performance.now() - found)} ms after the server`);
  assert.equal(gate.attempts.length, before + rest.length);
});

test("twenty tabs that open on a dead server make the attempts of one, and two hurried ones", async (t) => {
  const gate = await Gate.open(t);
  const window = await newWindow(t);
  gate.shut();
  const pages = await Promise.all(Array.from({ length: 20 }, (_, tab) => gate.page(window, tab, SHORT)));
  await span(COUNTED / 2);
  const [{ at: first }] = gate.attempts;
  const took = performance.now() - first;
  // 0, 0.2, 0.6, 1.4, 3, 5, 7 s and so on.
  const ofOne = 5 + Math.floor((took - 3000) / 2000);
  t.diagnostic(`${gate.attempts.length} attempts of twenty in ${Math.round(took)} ms, where one makes ${ofOne}`);
  assert.ok(gate.attempts.length <= ofOne + 2);
  assert.ok(gate.attempts.length >= 3, "and they do try");
  gate.open();
  await Promise.all(pages.map(ready));
});

test("reconnect() goes at once in each tab, and then they share again", async (t) => {
  const gate = await Gate.open(t);
  const window = await newWindow(t);
  const pages = await open(gate, window, 4);
  gate.shut();
  await span(3000);
  const before = gate.attempts.length;
  // During an attempt, be it another tab's, it changes nothing; and of that a tab may hear a moment late.
  const reconnect = () => window.link.state !== "connecting" && (window.link.reconnect(), true);
  const until = performance.now() + 5000;
  for (const [tab, page] of pages.entries())
    while (!gate.attempts.slice(before).some((attempt) => attempt.tab === String(tab))) {
      assert.ok(performance.now() < until, `tab ${tab} does not attempt`);
      await page.waitForFunction(reconnect, null, { polling: 20 });
      await span(50);
    }
  const since = gate.attempts.length;
  for (let i = 0; i < 10; i++) {
    // A key cuts a wait, but twice over all tabs; each alone may do so twice.
    for (const page of pages) await page.evaluate(() => window.link.send("k"));
    await span(500);
  }
  // The wait is 2 s.
  const more = gate.attempts.length - since;
  assert.ok(more <= Math.ceil((performance.now() - gate.attempts[since - 1].at) / 2000) + 2, `${more} attempts`);
});

test("links with another budget, and links without one, go alone", async (t) => {
  const gate = await Gate.open(t);
  const window = await newWindow(t);
  gate.shut();
  const budgets = ["a", "b", undefined, undefined];
  await Promise.all(budgets.map((sharedRetries, tab) => gate.page(window, tab, { ...SHORT, sharedRetries })));
  const tabs = () => new Set(gate.attempts.map(({ tab }) => tab));
  await span(2000);
  assert.equal(tabs().size, budgets.length);
});

test("a duplicated tab forks its session, as it does without", async (t) => {
  const gate = await Gate.open(t);
  const window = await newWindow(t);
  const first = await gate.page(window, 1, SHORT);
  await ready(first);
  // A tab opened by a page begins with a copy of its sessionStorage, as a duplicated tab does.
  const opened = window.waitForEvent("page");
  await first.evaluate(() => void open(location.href));
  const second = await opened;
  await ready(second);
  assert.equal(await first.evaluate(() => window.link.state), "ready");
  const key = (page) => page.evaluate(() => window.link.sessionKey);
  assert.notEqual(await key(first), await key(second));
  assert.equal((await gate.server.sessions()).length, 2);

  gate.shut();
  await first.waitForFunction(() => window.link.state !== "ready");
  gate.open();
  for (const page of [first, second]) await ready(page);
  assert.equal((await gate.server.sessions()).length, 2);
});

test("the tab that tries is frozen while it waits, or stands still while it tries: another is there", async (t) => {
  const gate = await Gate.open(t);
  // Where all tabs but one are hidden, and their timers are slowed down.
  const window = await peoplesWindow(t);
  const pages = await open(gate, window, 4);
  await pages[0].bringToFront();
  gate.shut();
  await span(3000);

  const { tab: first } = await next(gate);
  await pages.find((page) => page !== pages[first]).bringToFront();
  const debug = await window.newCDPSession(pages[first]);
  await debug.send("Page.setWebLifecycleState", { state: "frozen" });
  const heir = await next(gate, first);
  t.diagnostic(`the tab that tried was frozen, and another tried ${Math.round(heir.took)} ms later`);
  // The wait is 2 s.
  assert.ok(heir.took <= 2000 + 5000);

  // From now on an attempt is under way until it is given up, after 10 s.
  gate.refusal = "mute";
  const { tab: second } = await next(gate);
  const still = await window.newCDPSession(pages[second]);
  await still.send("Debugger.enable");
  await still.send("Debugger.pause");
  const robber = await next(gate, second);
  t.diagnostic(`the tab that tried stood still, and another tried ${Math.round(robber.took)} ms later`);
  assert.ok(robber.took <= 5000);

  gate.open();
  await still.send("Debugger.disable");
  await debug.send("Page.setWebLifecycleState", { state: "active" });
  for (const page of pages) await ready(page);
});
