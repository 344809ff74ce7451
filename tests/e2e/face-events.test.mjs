// The npm package's events, calls and errors, as a page meets them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { strangers } from "./stranger.mjs";

test("the events and calls of a link", async (t) => {
  const inPage = await strangers(t);

  await t.test("a line that is cut and comes back: each event, in order, with its details", async () => {
    const { events, now, first } = await inPage(async () => {
      const { link, told, events } = await open();
      const first = [link.state, events.length];
      await told("ready");
      await fault({ close: { code: 1011, reason: "tired" } }, link);
      await told("ready", { attempt: 2 });
      link.close();
      return { events, now: Date.now(), first };
    });
    assert.deepEqual(first, ["idle", 0]);
    const { retryAt } = events.find(({ type }) => type === "retry");
    assert.ok(retryAt <= now && retryAt > now - 60_000);
    const wait = { attempt: 2, retryIn: 10, retryAt };
    const lost = { code: 1011, closeReason: "tired" };
    const closed = { code: 1000, closeReason: "" };
    const change = (previous, state, reason, details) => ({ type: "statechange", state, previous, reason, ...details });
    assert.deepEqual(events, [
      change("idle", "connecting", "connect", { attempt: 1 }),
      change("connecting", "ready", "opened", { attempt: 1 }),
      { type: "ready", attempt: 1 },
      change("ready", "waiting", "lost", { ...wait, ...lost }),
      { type: "retry", ...wait },
      change("waiting", "connecting", "retry", { attempt: 2 }),
      change("connecting", "ready", "opened", { attempt: 2 }),
      { type: "ready", attempt: 2 },
      change("ready", "closed", "user", { attempt: 2, ...closed }),
      { type: "close", reason: "user", ...closed },
    ]);
  });

  await t.test("what the server closes with: warning, error, superseded, reset", async () => {
    const results = await inPage(async () => {
      const results = {};
      for (const [code, last] of [
        [4321, "retry"],
        [4403, "close"],
        [4409, "superseded"],
        [4410, "close"],
        [4404, "reset"],
      ]) {
        const { link, told, events } = await open();
        await told("ready");
        const from = events.length;
        await fault({ close: { code, reason: "why" } }, link);
        await told(last);
        const told_ = events.slice(from).filter(({ type }) => type !== "statechange" && type !== "retry");
        results[code] = [link.state, ...told_.filter(({ type }) => type !== "ready")];
        link.dispose();
      }
      return results;
    });
    const close = (code) => ({ code, closeReason: "why" });
    const [, ...gone] = results[4404];
    delete results[4404];
    assert.deepEqual(gone, [{ type: "reset", reason: "session-lost" }]);
    assert.deepEqual(results, {
      4321: ["waiting", { type: "warning", reason: "unmapped-code", code: 4321 }],
      4403: [
        "closed",
        { type: "error", reason: "stopped", ...close(4403) },
        { type: "close", reason: "stopped", ...close(4403) },
      ],
      4409: ["superseded", { type: "superseded", ...close(4409) }],
      4410: ["closed", { type: "close", reason: "ended", ...close(4410) }],
    });
  });

  await t.test("a page that finds its session again is told to clear its screen, and gets what was there", async () => {
    const { resets, text } = await inPage(async () => {
      const first = await open({ control: true });
      await first.told("ready");
      first.link.send(new TextEncoder().encode("kept"));
      await first.told("message", { text: "kept" });
      first.link.dispose();
      const { told, all } = await open({ control: true });
      const { text } = await told("message");
      return { resets: all("reset"), text };
    });
    assert.deepEqual(resets, [{ reason: "server" }]);
    assert.equal(text, "kept");
  });

  await t.test("close() and dispose() say so once, at once, and what was queued is dropped", async () => {
    const results = await inPage(async () => {
      const never = () => new Promise(() => {});
      const results = {};
      for (const [name, act] of Object.entries({
        close: (link) => link.close(),
        code: (link) => link.close(4500, "bye"),
        dispose: (link) => link.dispose(),
      })) {
        const { link, events } = await open({}, never);
        link.send("abc");
        act(link);
        act(link);
        results[name] = [link.state, ...events.filter(({ type }) => type !== "statechange")];
        link.dispose();
      }
      return results;
    });
    const dropped = { type: "dropped", reason: "closed", messages: 1, bytes: 3, unknown: false };
    const closed = (reason, code, closeReason) => ({ type: "close", reason, code, closeReason });
    assert.deepEqual(results, {
      close: ["closed", dropped, closed("user", 1000, "")],
      code: ["closed", dropped, closed("user", 4500, "bye")],
      dispose: ["closed", dropped, closed("disposed", 4104, "")],
    });
  });

  await t.test("signal: aborting disposes of the link, and the session is kept", async () => {
    const { why, ...result } = await inPage(async () => {
      const aborted = AbortSignal.abort();
      const early = await thrown(() => open({ signal: aborted, name: "early" }));
      const first = { early, sockets: sockets.length };
      const controller = new AbortController();
      const { link, told, all } = await open({ signal: controller.signal, projectId: "signal" });
      await told("ready");
      controller.abort();
      const second = { state: link.state, closes: all("close").length, sockets: sockets.length };
      const mine = ({ key, attached }) => key === link.sessionKey && !attached;
      const kept = (await onServer((sessions) => sessions.some(mine))).some(mine);
      return { why: aborted.reason.message, first, second, reason: all("close")[0]?.reason, kept };
    });
    assert.deepEqual(result, {
      first: { early: `AbortError: ${why}`, sockets: 0 },
      second: { state: "closed", closes: 1, sockets: 1 },
      reason: "disposed",
      kept: true,
    });
  });

  await t.test("signal: a pending connect() is undone, and its name is free in the same task", async () => {
    const result = await inPage(async () => {
      const base = { name: "strict", storage: "session", resume: true };
      const reason = new Error("unmounted");
      const controllers = [new AbortController(), new AbortController(), new AbortController()];
      // As a page does that mounts a component twice in one task; the third comes while the first two are on their way.
      const links = controllers.map(({ signal }) => open({ ...base, signal }));
      controllers[0].abort(reason);
      controllers[1].abort(reason);
      const undone = await Promise.all(links.slice(0, 2).map((link) => thrown(() => link)));
      const { link, told } = await links[2];
      await told("ready");
      const id = link.sessionId;
      // One that comes while it looks for its session is undone as well, and leaves all as it was.
      const late = new AbortController();
      link.dispose();
      const pending = open({ ...base, signal: late.signal });
      await Promise.resolve();
      late.abort(reason);
      const lateUndone = await thrown(() => pending);
      const heir = await open(base);
      await heir.told("ready");
      const kept = heir.link.sessionId === id;
      heir.link.close();
      return { undone: [...undone, lateUndone], kept, sockets: sockets.length };
    });
    assert.deepEqual(result, { undone: Array(3).fill("Error: unmounted"), kept: true, sockets: 2 });
  });

  await t.test("a name is one live link's, until that is closed or disposed of", async () => {
    const results = await inPage(async () => {
      const results = [];
      const { link } = await open({ name: "n" });
      results.push(await thrown(() => open({ name: "n" })));
      const other = await open({ name: "n", projectId: "other" });
      other.link.dispose();
      link.close();
      const heir = await open({ name: "n" });
      results.push((await thrown(() => link.reconnect())).split(":")[0]);
      results.push((await thrown(() => link.newSession())).split(":")[0]);
      heir.link.dispose();
      results.push(await thrown(() => link.reconnect()), await thrown(() => open({ name: "n" })));
      return results;
    });
    const [taken, reconnect, newSession, free, again] = results;
    assert.match(taken, /^TypeError: name: /);
    assert.deepEqual([reconnect, newSession, free], ["InvalidStateError", "InvalidStateError", "nothing"]);
    assert.match(again, /^TypeError: name: /);
  });

  await t.test("misuse is an error by its standard name", async () => {
    const results = await inPage(async () => {
      const results = {};
      const { link, told } = await open({ control: true });
      await told("ready");
      const tried = async (what, call) => (results[what] = (await thrown(call)).split(":")[0]);
      for (const code of [0, 999, 1001, 1006, 2999, 5000, -64536, 66536, 3000.5, NaN, "1000", null])
        await tried(`close(${code})`, () => link.close(code));
      await tried("close(123 bytes)", () => link.close(4500, "ä".repeat(62)));
      for (const size of [
        [0, 24],
        [80, 0],
        [65536, 24],
        [80.5, 24],
        [2 ** 32 + 80, 24],
        [80, -1],
        [NaN, 24],
        ["a", 24],
      ])
        await tried(`resize(${size})`, () => link.resize(...size));
      for (const data of [5, null, undefined, {}, ["a"]]) await tried(`send(${data})`, () => link.send(data));
      const processed = link.pace();
      for (const bytes of [-1, 0.5, NaN, Infinity, "5", null])
        await tried(`processed(${bytes})`, () => processed(bytes));
      results.state = link.state;
      link.close();
      await tried("send, closed", () => link.send("x"));
      await tried("close, closed", () => link.close());
      link.dispose();
      await tried("send, disposed", () => link.send("x"));
      await tried("reconnect, disposed", () => link.reconnect());
      await tried("newSession, disposed", () => link.newSession());
      await tried("resize, disposed", () => link.resize(80, 24));
      await tried("close, disposed", () => link.close());
      await tried("dispose, disposed", () => link.dispose());
      results.last = [link.state, link.snapshot().state];
      return results;
    });
    const { state, last, ...tried } = results;
    assert.deepEqual([state, last], ["ready", ["closed", "closed"]]);
    const expected = (call) => {
      if (/^(close|dispose|resize), /.test(call)) return "nothing";
      if (/, (closed|disposed)$/.test(call)) return "InvalidStateError";
      if (call === "close(123 bytes)") return "SyntaxError";
      return call.startsWith("close(") ? "InvalidAccessError" : "TypeError";
    };
    assert.deepEqual(tried, Object.fromEntries(Object.keys(tried).map((call) => [call, expected(call)])));
  });

  await t.test("a superseded link sends nothing until it takes the session back", async () => {
    const result = await inPage(async () => {
      const { link, told, events } = await open();
      await told("ready");
      await fault({ close: { code: 4409 } }, link);
      await told("superseded");
      const refused = (await thrown(() => link.send("x"))).split(":")[0];
      const from = events.length;
      link.reconnect();
      await told("ready", {}, from);
      link.dispose();
      return refused;
    });
    assert.equal(result, "InvalidStateError");
  });

  await t.test("a listener may call the link, and what it does comes after what it was told", async () => {
    const results = await inPage(async () => {
      const results = {};
      for (const act of ["close", "dispose", "newSession", "reconnect"]) {
        const { link, told, events } = await open();
        const from = () => events.findIndex(({ type }) => type === "ready");
        link.addEventListener("ready", () => link[act](), { once: true });
        const last = { close: "close", dispose: "close" }[act];
        if (last) await told(last);
        else {
          await told("statechange", { reason: "user" });
          await told("ready", {}, from() + 1);
        }
        results[act] = events.map(({ type, state }) => state ?? type).slice(0, 5);
        link.dispose();
      }
      const { link, told } = await open();
      link.addEventListener("statechange", ({ detail }) => detail.state === "ready" && link.send("from within"));
      results.send = (await told("message")).text;
      link.dispose();
      return results;
    });
    assert.deepEqual(results, {
      close: ["connecting", "ready", "ready", "closed", "close"],
      dispose: ["connecting", "ready", "ready", "closed", "close"],
      newSession: ["connecting", "ready", "ready", "connecting", "ready"],
      reconnect: ["connecting", "ready", "ready", "connecting", "ready"],
      send: "from within",
    });
  });

  await t.test("a link that a listener closes and opens again keeps its name", async () => {
    const { taken, state } = await inPage(async () => {
      const { link, told, events } = await open({ name: "n" });
      const reopen = () => {
        link.close(4500);
        link.reconnect();
      };
      link.addEventListener("message", reopen, { once: true });
      link.send("x");
      await told("message");
      await told(
        "ready",
        {},
        events.findIndex(({ type }) => type === "message"),
      );
      return { taken: await thrown(() => open({ name: "n" })), state: link.state };
    });
    assert.match(taken, /^TypeError: name: /);
    assert.equal(state, "ready");
  });

  await t.test("snapshot() has every number by its name", async () => {
    const { before, after, lost, key } = await inPage(async () => {
      const { link, told } = await open({ stableAfter: 3_600_000 });
      link.send("äb");
      const before = link.snapshot();
      await told("message");
      link.send(new Uint8Array(7));
      await told("message", { text: "\0".repeat(7) });
      const after = link.snapshot();
      await fault({ refuse: 503 }, undefined, 1);
      await fault("rst", link);
      await told("retry", { attempt: 3 });
      const lost = link.snapshot();
      const key = [link.sessionId, link.sessionKey];
      link.dispose();
      return { before, after, lost, key };
    });
    const [sessionId, sessionKey] = key;
    const unresumed = { received: 0, processed: 0, inputSent: 0, inputAcked: 0 };
    const quiet = { sessionId, sessionKey, breaker: "closed", breakerFailures: 0, gaps: 0, ...unresumed };
    const times = { downtime: 0, timeToReady: 0, failuresByCode: {} };
    const none = { messagesIn: 0, bytesIn: 0, messagesOut: 0, bytesOut: 0, messagesDropped: 0, ...times };
    const idle = { state: "idle", attempt: 0, attempts: 0, failures: 0, ready: 0 };
    assert.equal(sessionKey, `${sessionId}:default`);
    assert.deepEqual(before, { ...quiet, ...idle, ...none, queuedMessages: 1, queuedBytes: 3, bufferedAmount: 3 });
    const sent = { messagesIn: 2, bytesIn: 10, messagesOut: 2, bytesOut: 10, messagesDropped: 0 };
    const empty = { queuedMessages: 0, queuedBytes: 0, bufferedAmount: 0 };
    const ready = { state: "ready", attempt: 1, attempts: 1, failures: 0, ready: 1 };
    const { downtime: late, timeToReady } = after;
    assert.deepEqual(after, { ...quiet, ...ready, ...sent, ...empty, downtime: late, timeToReady, failuresByCode: {} });
    assert.ok(timeToReady > 0 && timeToReady <= late, `${timeToReady} ms of ${late}`);
    const { retryIn, retryAt, downtime, ...rest } = lost;
    const waiting = {
      state: "waiting",
      attempt: 2,
      attempts: 2,
      failures: 2,
      ready: 1,
      timeToReady,
      failuresByCode: { 1006: 2 },
    };
    assert.deepEqual(rest, { ...quiet, ...waiting, ...sent, ...empty, breakerFailures: 1 });
    assert.ok(retryIn >= 0 && retryIn <= 20 && retryAt > 0 && downtime >= after.downtime);
  });

  await t.test("an address or an option that breaks its rule is a TypeError that begins with its name", async () => {
    const results = await inPage(async () => {
      const { connect } = await import("/index.js");
      const results = [];
      for (const url of [undefined, null, 5, {}, "ftp://a/", "ws://a/#b"])
        results.push(["url", await thrown(() => connect(url, { storage: "memory" }))]);
      for (const [path, options] of [
        ["options", null],
        ["options", 5],
        ["nme", { nme: "x" }],
        ["constructor", { constructor: 1 }],
        ["backoff.base", { backoff: { base: NaN } }],
        ["queue.age", { queue: { age: Infinity } }],
        ["protocols", { protocols: ["a b"] }],
        ["protocols", { protocols: ["a", "a"] }],
        ["signal", { signal: { aborted: false } }],
        ["closeCodes.4001", { closeCodes: { 4001: "never" } }],
        ["sharedRetries", { sharedRetries: "" }],
        ["probeUrl", { probeUrl: "ws://a" }],
      ])
        results.push([path, await thrown(() => connect("/terminal", options))]);
      results.push(["sharedRetries", await thrown(() => connect(() => "/terminal", { sharedRetries: true }))]);
      // What was refused has kept no name.
      results.push(["", await thrown(async () => (await connect("/terminal", { storage: "memory" })).dispose())]);
      return results;
    });
    assert.deepEqual(results.pop(), ["", "nothing"]);
    for (const [path, message] of results)
      assert.ok(message.startsWith(`TypeError: ${path}: must be `), `${path}: ${message}`);
  });
});
