// The options of the npm package's `connect()`: each reaches the machine, in a real browser and against a real server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { strangers } from "./stranger.mjs";

test("the options of connect()", async (t) => {
  const inPage = await strangers(t);

  await t.test("backoff: base, factor, max, and no jitter", async () => {
    const waits = await inPage(async () => {
      await fault({ refuse: 503 }, undefined, 4);
      const { all, told } = await open({ backoff: { base: 10, factor: 2.5, max: 40, jitter: "none" } });
      await told("ready");
      return all("retry").map(({ attempt, retryIn }) => [attempt, retryIn]);
    });
    assert.deepEqual(waits, [
      [2, 10],
      [3, 25],
      [4, 40],
      [5, 40],
    ]);
  });

  await t.test("backoff: jitter spreads the waits below their caps", async () => {
    const waits = await inPage(async () => {
      await fault({ refuse: 503 }, undefined, 3);
      const { all, told } = await open({ backoff: { base: 100, max: 3_600_000, jitter: "spread" } });
      await told("ready");
      return all("retry").map(({ retryIn }) => retryIn);
    });
    const [first, second, third] = waits;
    assert.ok(first >= 0 && first <= 100 && second >= 100 && second <= 200 && third >= 200 && third <= 400, `${waits}`);
  });

  await t.test("breaker: failures and recovery", async () => {
    const { changes, breaker } = await inPage(async () => {
      await fault({ refuse: 503 }, undefined, 3);
      const breaker = [];
      const { link, all, told } = await open({ breaker: { failures: 2, recovery: 30 }, stableAfter: 3_600_000 });
      link.addEventListener("statechange", ({ detail }) => breaker.push([detail.state, link.snapshot().breaker]));
      await told("ready");
      return { changes: all("retry").map(({ retryIn }) => retryIn), breaker };
    });
    assert.deepEqual(changes, [10, 20, 30]);
    assert.deepEqual(breaker.slice(-3), [
      ["open-circuit", "open"],
      ["connecting", "half-open"],
      ["ready", "half-open"],
    ]);
  });

  await t.test("connectTimeout: an upgrade that is late is given up", async () => {
    const change = await inPage(async () => {
      await fault({ delay_upgrade: 3_000 });
      const { link, told } = await open({ connectTimeout: 50 });
      const change = await told("statechange", { reason: "timeout" });
      link.dispose();
      return change;
    });
    assert.deepEqual([change.state, change.previous, change.attempt, change.retryIn], ["waiting", "connecting", 2, 10]);
  });

  await t.test("stableAfter: a line that lasted so long starts the count anew", async () => {
    const attempts = await inPage(async () => {
      const attempts = [];
      for (const stableAfter of [1, 3_600_000]) {
        const { link, told } = await open({ stableAfter });
        await told("ready");
        await fault("rst", link);
        attempts.push((await told("retry")).attempt);
        link.dispose();
      }
      return attempts;
    });
    assert.deepEqual(attempts, [1, 2]);
  });

  await t.test("queue: messages, bytes and age", async () => {
    const results = await inPage(async () => {
      const never = () => new Promise(() => {});
      const results = {};
      for (const [bound, queue, sends] of [
        ["messages", { messages: 1 }, ["a", "bc"]],
        ["bytes", { bytes: 3 }, ["abc", "d"]],
        ["nothing", { bytes: 0 }, ["x"]],
        ["age", { age: 20 }, ["abc"]],
      ]) {
        const { link, told, all } = await open({ queue }, never);
        const errors = [];
        for (const text of sends) errors.push((await thrown(() => link.send(text))).split(":")[0]);
        await told("dropped");
        results[bound] = { errors, dropped: all("dropped") };
        link.dispose();
      }
      return results;
    });
    const overflow = (bytes) => [{ reason: "overflow", messages: 1, bytes, unknown: false }];
    assert.deepEqual(results, {
      messages: { errors: ["nothing", "QuotaExceededError"], dropped: overflow(2) },
      bytes: { errors: ["nothing", "QuotaExceededError"], dropped: overflow(1) },
      nothing: { errors: ["QuotaExceededError"], dropped: overflow(1) },
      age: {
        errors: ["nothing"],
        dropped: [{ reason: "expired", messages: 1, bytes: 3, unknown: false }],
      },
    });
  });

  await t.test("heartbeat: the message is sent, and a line that does not answer is lost", async () => {
    const { answer, change } = await inPage(async () => {
      const { link, told } = await open({ heartbeat: { message: "beat", every: 20, timeout: 500 } });
      const answer = await told("message");
      await fault("half_open", link);
      const change = await told("statechange", { reason: "heartbeat" });
      link.dispose();
      return { answer: answer.text, change };
    });
    assert.equal(answer, "beat");
    assert.deepEqual([change.state, change.previous], ["waiting", "ready"]);
  });

  await t.test("closeCodes: rows of the page's own, a single code before a range", async () => {
    const states = await inPage(async () => {
      const closeCodes = { 4321: "stop", "4300-4399": "ended", "4000-4099": "retry" };
      const states = [];
      for (const code of [4321, 4322, 4050]) {
        const { link, told } = await open({ closeCodes });
        await told("ready");
        await fault({ close: { code } }, link);
        const { state, reason } = await told("statechange", { code });
        states.push([code, state, reason]);
        link.dispose();
      }
      return states;
    });
    assert.deepEqual(states, [
      [4321, "closed", "stopped"],
      [4322, "closed", "ended"],
      [4050, "waiting", "lost"],
    ]);
  });

  await t.test("closeCodes: as many rows as a page likes", async () => {
    const states = await inPage(async () => {
      const closeCodes = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [4100 + i, "stop"]));
      const states = [];
      for (const code of [4100, 4180, 4999]) {
        const { link, told } = await open({ closeCodes });
        await told("ready");
        await fault({ close: { code } }, link);
        states.push((await told("statechange", { code })).state);
        link.dispose();
      }
      return states;
    });
    assert.deepEqual(states, ["closed", "closed", "closed"]);
  });

  await t.test("options are copied: what becomes of the page's object is of no account", async () => {
    const queries = await inPage(async () => {
      const own = { kind: "system", projectId: "p", sessionParam: "s" };
      const target = new URL("/terminal?first", location.href);
      const { connect } = await import("/index.js");
      const link = await connect(target, own);
      Object.assign(own, { kind: 5, projectId: "q", sessionParam: "t" });
      target.search = "?second";
      await new Promise((resolve) => link.addEventListener("statechange", resolve, { once: true }));
      while (!sockets.length) await new Promise(requestAnimationFrame);
      link.dispose();
      return sockets.map(({ query }) => [...query.keys(), query.get("kind"), query.get("projectId")]);
    });
    assert.deepEqual(queries, [["first", "s", "projectId", "kind", "system", "p"]]);
  });

  await t.test("control: the server is told of the page and its size; without, of neither", async () => {
    const { plain, first, frames, second } = await inPage(async () => {
      const plain = await open();
      await onServer((sessions) => sessions.some(({ key }) => key === plain.link.sessionKey));
      plain.link.dispose();
      const { link, told, events } = await open({ control: true });
      // What the link says of itself next time it says once a frame has come: here the one before the screen that `plain` left.
      await told("reset", { reason: "server" });
      link.resize(132, 43);
      const from = events.length;
      await fault("rst", link);
      await told("ready", {}, from);
      link.dispose();
      const [none, first, second] = sockets.map(({ query }) => Object.fromEntries(query));
      return { plain: none, first, frames: sockets[1].sent, second };
    });
    assert.deepEqual(Object.keys(plain).sort(), ["access", "projectId", "sessionId"]);
    assert.equal(first.control, "1");
    assert.equal(first.known, undefined);
    assert.equal(frames.length, 1);
    assert.deepEqual(JSON.parse(frames[0]), { t: "resize", cols: 132, rows: 43 });
    const { known, warm, cols, rows, inst, sessionId } = second;
    assert.deepEqual({ known, warm, cols, rows }, { known: "1", warm: "1", cols: "132", rows: "43" });
    assert.deepEqual([inst, sessionId], [first.inst, first.sessionId]);
  });

  await t.test("projectId, kind and the parameters' names are in the address; its own query stays", async () => {
    const { seen, key, server, token } = await inPage(async () => {
      const { link, told } = await open({ projectId: "p_1", kind: "system" }, "/terminal?own=1");
      await told("ready");
      const mine = ({ key, attached }) => key === link.sessionKey && attached;
      const server = (await onServer((sessions) => sessions.some(mine))).find(mine);
      const own = { sessionParam: "s", projectParam: "p", accessParam: "token" };
      const other = await open({ ...own, projectId: "p2" });
      // The server does not know these names, and so refuses.
      await other.told("statechange", { code: 4401 });
      other.link.dispose();
      const seen = sockets.slice(0, 2).map(({ query }) => Object.fromEntries(query));
      return { seen, key: [link.sessionId, other.link.sessionId], token: access, server };
    });
    assert.deepEqual(seen, [
      { own: "1", sessionId: key[0], projectId: "p_1", kind: "system", access: token },
      { s: key[1], p: "p2", token },
    ]);
    assert.deepEqual([server.key, server.kind, server.attached], [`${key[0]}:p_1`, "system", true]);
  });

  await t.test("protocols are offered", async () => {
    const offered = await inPage(async () => {
      for (const [name, protocols] of [
        ["one", "a"],
        ["two", ["a", "b.c"]],
      ]) {
        const { link, told } = await open({ name, protocols });
        // The server takes none of them. Firefox accepts that, the others do not.
        await Promise.race([told("statechange", { reason: "refused" }), told("ready")]);
        link.dispose();
      }
      return sockets.map(({ protocols }) => [protocols].flat());
    });
    assert.deepEqual(offered, [["a"], ["a", "b.c"]]);
  });

  await t.test("debug writes a line that can be read for each change of state", async () => {
    const { lines, key } = await inPage(async () => {
      const lines = [];
      console.debug = (...words) => lines.push(words.join("|"));
      const { told, link } = await open({ debug: true });
      await told("ready");
      await fault({ close: { code: 1011, reason: "again" } }, link);
      await told("ready", {}, 3);
      link.send("abc");
      link.dispose();
      return { lines, key: link.sessionKey };
    });
    assert.deepEqual(lines, [
      `relatch ${key}: idle -> connecting (connect), attempt 1`,
      `relatch ${key}: connecting -> ready (opened), attempt 1`,
      `relatch ${key}: ready -> waiting (lost), attempt 2 in 10 ms, closed with 1011 "again"`,
      `relatch ${key}: waiting -> connecting (retry), attempt 2`,
      `relatch ${key}: connecting -> ready (opened), attempt 2`,
      `relatch ${key}: dropped {"reason":"lost","messages":1,"bytes":3,"unknown":true}`,
      `relatch ${key}: ready -> closed (disposed), attempt 2, closed with 4104 ""`,
    ]);
  });
});
