// The npm package's sessions and credentials: where the id is kept, and who is asked for a token.
import assert from "node:assert/strict";
import { test } from "node:test";
import { strangers } from "./stranger.mjs";

test("the sessions and credentials of connect()", async (t) => {
  const inPage = await strangers(t);

  await t.test("storage: the id is kept where it was asked for, and nowhere else", async () => {
    const { found, ids, again } = await inPage(async () => {
      const found = {};
      const ids = {};
      const kept = {};
      const own = { get: (key) => kept[key], set: (key, id) => (kept[key] = id), remove: (key) => delete kept[key] };
      const look = () => ({ session: { ...sessionStorage }, local: { ...localStorage }, own: { ...kept } });
      for (const [name, storage] of Object.entries({ session: "session", local: "local", memory: "memory", own })) {
        const { link } = await open({ storage, name, projectId: "p" });
        ids[name] = link.sessionId;
        link.dispose();
        found[name] = look();
        const other = await open({ storage, name, projectId: "p" });
        if (other.link.sessionId !== ids[name]) throw new Error(`${name}: another id`);
        await other.told("ready");
        other.link.close();
      }
      return { found, ids, again: look() };
    });
    const session = { "relatch:p:session": ids.session };
    const local = { "relatch:p:local": ids.local };
    assert.deepEqual(found, {
      session: { session, local: {}, own: {} },
      local: { session: {}, local, own: {} },
      memory: { session: {}, local: {}, own: {} },
      own: { session: {}, local: {}, own: { "relatch:p:own": ids.own } },
    });
    assert.deepEqual(again, { session: {}, local: {}, own: {} });
    assert.equal(new Set(Object.values(ids)).size, 4);
    for (const id of Object.values(ids)) assert.match(id, /^session_\d{13}_[a-z0-9]{26}$/);
  });

  await t.test("storage that throws is warned of once, and the page keeps the id", async () => {
    const { warnings, ids } = await inPage(async () => {
      const fails = () => {
        throw new Error("no storage here");
      };
      const storage = { get: fails, set: fails, remove: fails };
      const { link, told, all } = await open({ storage });
      await told("ready");
      link.newSession();
      await told("statechange", { state: "connecting", reason: "user" });
      const ids = [link.sessionId];
      const warnings = all("warning");
      link.dispose();
      const other = await open({ storage });
      ids.push(other.link.sessionId);
      other.link.dispose();
      return { warnings, ids };
    });
    assert.deepEqual(warnings, [{ reason: "storage" }]);
    assert.equal(ids[0], ids[1]);
  });

  await t.test("storage that answers with promises is warned of too", async () => {
    const warnings = await inPage(async () => {
      const later = async () => {};
      const rejects = async () => Promise.reject(new Error("no storage here"));
      const warnings = [];
      for (const storage of [
        { get: later, set: later, remove: later },
        { get: rejects, set: rejects, remove: rejects },
      ]) {
        const { link, told, all } = await open({ storage });
        await told("ready");
        warnings.push(...all("warning"));
        link.dispose();
      }
      return warnings;
    });
    assert.deepEqual(warnings, [{ reason: "storage" }, { reason: "storage" }]);
  });

  await t.test("an id of the older form is migrated once, and found by that name from then on", async () => {
    const { calls, ids, key } = await inPage(async () => {
      const kept = { "relatch:a_b:n": "term-7_a_b" };
      const calls = [];
      const storage = {
        get: (key) => kept[key],
        set: (key, id) => calls.push([key, (kept[key] = id)]),
        remove: (key) => calls.push([key]),
      };
      const ids = [];
      for (let i = 0; i < 2; i++) {
        const { link, told } = await open({ storage, projectId: "a_b", name: "n" });
        await told("ready");
        ids.push(link.sessionId);
        link.dispose();
      }
      const mine = ({ key }) => key === "term-7:a_b";
      return { calls, ids, key: (await onServer((sessions) => sessions.some(mine))).map(({ key }) => key) };
    });
    assert.deepEqual(calls, [["relatch:a_b:n", "term-7"]]);
    assert.deepEqual(ids, ["term-7", "term-7"]);
    assert.ok(key.includes("term-7:a_b"), `${key}`);
  });

  await t.test("newSession() ends the one and makes another", async () => {
    const { ids, kept, keys } = await inPage(async () => {
      const { link, told, events } = await open({ storage: "session", projectId: "fresh" });
      await told("ready");
      const ids = [link.sessionId];
      const from = events.length;
      link.newSession();
      ids.push(link.sessionId);
      await told("ready", {}, from);
      const fresh = (sessions) => sessions.map(({ key }) => key).filter((key) => key.endsWith(":fresh"));
      const keys = fresh(await onServer((sessions) => fresh(sessions).join() === link.sessionKey));
      return { ids, kept: sessionStorage.getItem("relatch:fresh:default"), keys };
    });
    assert.notEqual(ids[0], ids[1]);
    assert.equal(kept, ids[1]);
    assert.deepEqual(keys, [`${ids[1]}:fresh`]);
  });

  await t.test("auth: a stale token is renewed once, at once", async () => {
    const { asked, change, tokens } = await inPage(async () => {
      const asked = [];
      const auth = async (wish) => {
        asked.push({ ...wish });
        return wish.renew ? access : "stale";
      };
      const { link, told, events } = await open({ auth });
      const change = await told("statechange", { reason: "credentials" });
      await told("ready", {}, events.indexOf(change));
      link.dispose();
      return { asked, change, tokens: sockets.map(({ query }) => query.get("access") === access) };
    });
    assert.deepEqual(asked, [{ renew: false }, { renew: true }]);
    assert.deepEqual(tokens, [false, true]);
    assert.deepEqual([change.state, change.code, change.retryIn], ["connecting", 4401, undefined]);
  });

  await t.test("auth: 1008 and 3000 ask for a new token as 4401 does, once", async () => {
    const results = await inPage(async () => {
      const results = [];
      for (const code of [1008, 3000, 4401]) {
        const asked = [];
        const auth = ({ renew }) => (asked.push(renew), access);
        const { link, told, all } = await open({ auth });
        await told("ready");
        await fault({ close: { code, reason: "" } }, link);
        await told("statechange", { state: "connecting", reason: "credentials", code });
        await told("ready", {}, 4);
        await fault({ close: { code, reason: "" } }, link);
        await told("close");
        results.push([code, asked, all("error").map(({ reason, code }) => [reason, code])]);
      }
      return results;
    });
    const expected = (code) => [code, [false, true], [["credentials", code]]];
    assert.deepEqual(results, [expected(1008), expected(3000), expected(4401)]);
  });

  await t.test("auth: a token that is stale after all stops the link with an error", async () => {
    const { errors, closes, asked } = await inPage(async () => {
      let asked = 0;
      const { told, all } = await open({ auth: () => `stale-${++asked}` });
      await told("close");
      return { errors: all("error"), closes: all("close"), asked };
    });
    assert.equal(asked, 2);
    assert.deepEqual(errors, closes);
    const [{ reason, code }] = errors;
    assert.deepEqual([errors.length, reason, code], [1, "credentials", 4401]);
  });

  await t.test("auth and url functions that fail are attempts that failed; the next may do", async () => {
    const results = await inPage(async () => {
      const results = [];
      const twice = (good) => {
        let left = 2;
        return (fail) => (left-- > 0 ? fail() : good);
      };
      const throws = () => {
        throw new Error("not now");
      };
      const rejects = () => Promise.reject(new Error("not now"));
      for (const fail of [throws, rejects, () => undefined, () => 5, () => Promise.resolve(null)]) {
        const token = twice(access);
        const target = twice(new URL("/terminal", location.href));
        for (const own of [{ auth: () => token(fail) }, {}]) {
          const { link, told, all } = await open(own, own.auth ? "/terminal" : () => target(fail));
          await told("ready");
          const lost = all("statechange").filter(({ state }) => state === "waiting");
          results.push(lost.map(({ reason, retryIn }) => [reason, retryIn]));
          link.dispose();
        }
      }
      return results;
    });
    const failed = (reason) => [
      [reason, 10],
      [reason, 20],
    ];
    for (let i = 0; i < results.length; i += 2)
      assert.deepEqual(results.slice(i, i + 2), [failed("auth"), failed("url")], `${i / 2}`);
    assert.equal(results.length, 10);
  });
});
