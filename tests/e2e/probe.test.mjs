// The option probeUrl: an HTTP answer explains a WebSocket that was refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "./gate.mjs";
import { newWindow } from "./stage.mjs";

const SHORT = {
  probeUrl: "/terminal",
  backoff: { base: 50, max: 100, jitter: "none" },
  breaker: { failures: 3, recovery: 30_000 },
};

/** A page at a gate that refuses so; with options of its own. `changes()` is what its link went through. */
async function refused(t, refusal, options = {}, refusals = Infinity) {
  const gate = await Gate.open(t);
  const window = await newWindow(t);
  Object.assign(gate, { refusal, refusals });
  const probeUrl = gate.origin + SHORT.probeUrl;
  const page = await gate.page(window, 1, { ...SHORT, probeUrl, ...options });
  /** Waits until the link has changed so; returns that change. */
  const changed = async (wish) => {
    const fits = (wish) =>
      window.told.find((told) => told.type === "statechange" && Object.entries(wish).every(([k, v]) => told[k] === v));
    return (await page.waitForFunction(fits, wish)).jsonValue();
  };
  return { gate, page, window, changed };
}

/** How many changes of a kind there were. */
const count = (page, wish) =>
  page.evaluate(
    (wish) => window.told.filter((told) => Object.entries(wish).every(([key, value]) => told[key] === value)).length,
    wish,
  );

test("401 asks for credentials once more, and then stops", async (t) => {
  const { gate, page, changed } = await refused(t, { status: 401 });
  const stopped = await changed({ state: "closed" });
  assert.deepEqual([stopped.reason, stopped.code, stopped.status], ["credentials", 4401, 401]);
  assert.deepEqual(await page.evaluate(() => window.asked), [false, true]);
  assert.deepEqual([gate.attempts.length, gate.probes], [2, 2]);
});

test("401 and then a token that is taken: the line is there", async (t) => {
  const { gate, page, changed } = await refused(t, { status: 401 }, {}, 1);
  await changed({ state: "ready" });
  assert.deepEqual(await page.evaluate(() => window.asked), [false, true]);
  assert.deepEqual([gate.attempts.length, gate.probes], [2, 1]);
});

test("a redirect to a page to sign in is taken as 401", async (t) => {
  const { page, changed } = await refused(t, { status: 302, headers: { location: "/" } });
  const stopped = await changed({ state: "closed" });
  assert.deepEqual([stopped.reason, stopped.code], ["credentials", 4401]);
  assert.deepEqual(await page.evaluate(() => window.asked), [false, true]);
});

test("403 stops at once", async (t) => {
  const { gate, changed } = await refused(t, { status: 403 });
  const stopped = await changed({ state: "closed" });
  assert.deepEqual([stopped.reason, stopped.code, stopped.status], ["stopped", 4403, 403]);
  assert.equal(gate.attempts.length, 1);
});

test("429 and 503 wait as long as Retry-After says, and no key cuts that", async (t) => {
  for (const [status, code] of Object.entries({ 429: 4429, 503: 1013 })) {
    const { gate, page, changed } = await refused(t, { status: +status, headers: { "retry-after": "20" } });
    const waits = await changed({ state: "waiting" });
    assert.deepEqual([waits.code, waits.status, waits.retryIn], [code, +status, 20_000]);
    await page.evaluate(() => window.link.send("a key"));
    assert.equal(await page.evaluate(() => window.link.state), "waiting");
    assert.equal(gate.attempts.length, 1);
  }
});

test("404 and 5xx are retried and counted: the breaker opens", async (t) => {
  for (const [status, code] of Object.entries({ 404: 1006, 500: 1011, 502: 1011 })) {
    const { page, changed } = await refused(t, { status: +status });
    const opened = await changed({ state: "open-circuit" });
    assert.deepEqual([opened.code, opened.status], [code, +status]);
    const { failuresByCode } = await page.evaluate(() => window.link.snapshot());
    // The first attempt and three retries.
    assert.deepEqual(failuresByCode, { [code]: 4 });
  }
});

test("an answer of 200 explains nothing, nor does none", async (t) => {
  for (const answer of [{ status: 200 }, "reset"]) {
    const { gate, changed, window } = await refused(t, "reset");
    gate.answer = answer;
    const waits = await changed({ state: "waiting" });
    assert.deepEqual([waits.code, waits.status, waits.reason], [1006, undefined, "refused"]);
    await changed({ state: "open-circuit", code: 1006 });
    gate.refusal = undefined;
    await window.pages()[0].evaluate(() => window.link.reconnect());
    await changed({ state: "ready" });
  }
});

test("an answer that does not come holds the link for no longer than an attempt may take", async (t) => {
  const { gate, page, changed } = await refused(t, "reset", { connectTimeout: 500 });
  gate.answer = { status: 0 };
  await changed({ state: "waiting", reason: "timeout" });
  gate.refusal = undefined;
  await changed({ state: "ready" });
  assert.ok((await count(page, { state: "ready" })) === 1);
});

test("a line that was open is not asked about", async (t) => {
  const { gate, page, changed } = await refused(t, undefined);
  await changed({ state: "ready" });
  gate.shut({ status: 403 });
  const lost = await changed({ previous: "ready" });
  assert.deepEqual([lost.code, lost.status, lost.state], [1006, undefined, "waiting"]);
  const stopped = await changed({ state: "closed" });
  assert.equal(stopped.status, 403);
  assert.equal(gate.probes, 1);
  assert.equal(await count(page, { type: "error" }), 1);
});

test("Retry-After of another origin counts where that exposes it", async (t) => {
  const gate = await Gate.open(t);
  const window = await newWindow(t);
  for (const isExposed of [true, false]) {
    const other = await Gate.open(t);
    gate.refusal = { status: 503 };
    other.answer = {
      status: 503,
      headers: {
        "retry-after": "20",
        "access-control-allow-origin": gate.origin,
        "access-control-allow-credentials": "true",
        ...(isExposed && { "access-control-expose-headers": "Retry-After" }),
      },
    };
    const page = await gate.page(window, 1, { ...SHORT, probeUrl: `${other.origin}/terminal` });
    const waits = await page.waitForFunction(() => window.told.find(({ state }) => state === "waiting"));
    const { code, retryIn } = await waits.jsonValue();
    // Without it, 1013 waits for 5 s.
    assert.deepEqual([code, retryIn], [1013, isExposed ? 20_000 : 5000]);
  }
});
