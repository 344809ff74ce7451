import assert from "node:assert/strict";
import { test } from "node:test";
import { Origin, Page } from "./origin.mjs";

const LADDER = [0, 1, 3, 7, 15, 31, 61, 91];
const LOCK = "relatch:retry:default";
const seeds = (count) => Array.from({ length: count }, (_, i) => i + 1);

/** An origin with twenty links, and its server dead for so long. */
async function dead(seed, span, options) {
  const origin = new Origin(seed);
  origin.open(20, options);
  await origin.pass(span);
  return origin;
}

/** Twenty links on such a server in the midst of it, and the one that tries: with `refuses` it waits for 31 s, with `hangs` it tries since 11 s. */
async function mid(seed, server) {
  const origin = new Origin(seed);
  origin.server = server;
  origin.open(20);
  await origin.pass(16_500);
  const { link } = origin.attempts.at(-1);
  const due = server === "refuses" ? 31_000 : origin.now;
  return { origin, link, count: origin.attempts.length, due };
}

const isReady = ({ state }) => state === "ready";

test("twenty tabs on a dead server make the attempts of one", async () => {
  for (const count of [1, 20]) {
    const origin = new Origin();
    origin.open(count);
    await origin.pass(95_000);
    assert.deepEqual(origin.times, LADDER, `${count}`);
  }
});

test("with jitter they are at most seven in a minute, as those of one are", async () => {
  for (const seed of seeds(50)) {
    const origin = await dead(seed, 60_000, { jitter: true });
    assert.ok(origin.attempts.length >= 5 && origin.attempts.length <= 7, `${seed}: ${origin.times}`);
  }
});

test("a server that says nothing is waited for by one", async () => {
  const origin = new Origin();
  origin.server = "hangs";
  origin.open(20);
  await origin.pass(100_000);
  // Each attempt takes 10 s until it is given up.
  assert.deepEqual(origin.times, [0, 11, 23, 37, 55, 81]);
});

test("the server is back: all are ready within two seconds of the attempt that finds it", async () => {
  for (const resume of [true, false]) {
    const origin = await dead(7, 20_000, { resume });
    const { link: prober } = origin.attempts.at(-1);
    for (const { page } of origin.links.filter((link) => link !== prober).slice(0, 15)) page.hidden = true;
    origin.server = "up";
    await origin.until(() => origin.links.every(isReady));
    const found = origin.attempts.find(({ at }) => at > 20_000);
    // Without resume an open socket may be a proxy's: others wait until it has lasted.
    const took = origin.now - found.at - (resume ? 0 : 5000);
    assert.ok(took <= 2000, `${took}`);
    assert.equal(origin.attempts.filter(({ at }) => at > 20_000).length, 20);
  }
});

test("a tab whose own attempts fail, by its auth() or by a word of the server to it, keeps no other from a server that is back", async () => {
  for (const ails of [{ reason: "auth" }, { reason: "url" }, { code: 1011 }]) {
    for (const seed of seeds(10)) {
      const origin = new Origin(seed);
      origin.server = "up";
      const links = origin.open(6, { jitter: seed % 2 > 0 });
      await origin.pass(20_000);
      origin.server = "refuses";
      for (const link of links) link.cut();
      await origin.pass(3500);
      const { link: last } = origin.attempts.at(-1);
      last.ails = ails;
      origin.server = "up";
      // What the server says to one is taken for its state until another has asked: one wait more.
      await origin.pass(ails.code ? 20_000 : 10_000);
      const others = links.filter((link) => link !== last);
      assert.ok(others.every(isReady), `${JSON.stringify(ails)}, ${seed}: ${others.map(({ state }) => state)}`);
      assert.ok(!isReady(last));
    }
  }
});

test("a link that is alone keeps its own ladder whatever the server says to it", async () => {
  const origin = new Origin();
  origin.server = "up";
  const [link] = origin.open(1);
  link.ails = { code: 1011 };
  await origin.pass(95_000);
  assert.deepEqual(origin.times, LADDER);
});

test("a link that was disposed of opens no channel again", async () => {
  const origin = new Origin();
  const [link] = origin.open(1);
  await origin.pass(500);
  link.end();
  link.tabs.comeBack();
  assert.equal(await link.tabs.turn(false), 0);
  assert.equal(origin.channels.size, 0);
});

test("tabs that open on a healthy server wait for nobody's line to be stable", async () => {
  for (const resume of [true, false]) {
    const origin = new Origin();
    origin.server = "up";
    origin.open(20, { resume });
    await origin.pass(200);
    assert.ok(origin.links.every(isReady));
    const [late] = origin.open(1, { resume });
    await origin.pass(40);
    assert.ok(isReady(late));
  }
});

test("stable lines that are lost together are tried by one", async () => {
  for (const seed of seeds(20)) {
    const origin = new Origin(seed);
    origin.server = "up";
    origin.open(20);
    await origin.pass(20_000);
    const before = origin.attempts.length;
    origin.server = "refuses";
    for (const link of origin.links) origin.after(origin.between(0, 3000), () => link.cut());
    await origin.pass(60_000);
    const after = origin.attempts.slice(before);
    // 1, 3, 7, 15, 31 s after the first loss; one more where a line was lost after the failure was told.
    assert.ok(after.length <= 6, `${seed}: ${after.map(({ at }) => at)}`);
  }
});

test("a tab that is ready is not disturbed by others' failures", async () => {
  const origin = new Origin();
  origin.server = "up";
  const [ready] = origin.open(1);
  await origin.pass(10_000);
  origin.server = "refuses";
  origin.open(5);
  await origin.pass(60_000);
  assert.ok(isReady(ready));
  assert.equal(origin.attempts.filter(({ link }) => link === ready).length, 1);
});

test("the tab that tries is closed while it waits, or while it tries: another is there within five seconds", async () => {
  for (const seed of seeds(20)) {
    for (const server of ["refuses", "hangs"]) {
      const { origin, link, count, due } = await mid(seed, server);
      link.page.die();
      await origin.until(() => origin.attempts.length > count);
      assert.ok(origin.now <= due + 5000, `${seed} ${server}: ${origin.now}`);
      await origin.pass(2000);
      assert.equal(origin.attempts.length, count + 1, `${seed} ${server}`);
    }
  }
});

test("the tab that tries stands still while it waits, or while it tries: another is there within five seconds", async () => {
  for (const seed of seeds(20)) {
    for (const server of ["refuses", "hangs"]) {
      const { origin, link, count, due } = await mid(seed, server);
      link.page.stop();
      await origin.until(() => origin.attempts.length > count);
      assert.ok(origin.now <= due + 5000, `${seed} ${server}: ${origin.now}`);
      assert.notEqual(origin.attempts.at(-1).link, link);

      // It wakes up with all that it missed, and finds its place among the others.
      await origin.pass(3000);
      link.page.go();
      await origin.pass(60_000);
      const times = origin.attempts.slice(count).map(({ at }) => at);
      const least = Math.min(...times.slice(1).map((at, i) => at - times[i]));
      assert.ok(times.length <= 5 && least > 10_000, `${seed} ${server}: ${times}`);
    }
  }
});

test("a page that is frozen, or goes into the back-forward cache, leaves no channel and no lock, and the others go on", async () => {
  const origin = new Origin();
  origin.server = "hangs";
  origin.open(5);
  await origin.pass(3000);
  const { link } = origin.attempts.at(-1);
  link.freeze();
  await origin.pass(10);
  assert.equal([...origin.channels].filter(({ page }) => page === link.page).length, 0);
  assert.equal(origin.held.filter(({ page }) => page === link.page).length, 0);
  await origin.pass(1000);
  assert.equal(origin.flying.length, 1);
  assert.notEqual(origin.flying[0].link, link);

  link.resume();
  await origin.pass(1000);
  assert.equal(origin.flying.length, 1);
  origin.server = "up";
  await origin.until(() => origin.links.every(isReady), 30_000);
});

test("a page whose timers run before it is told that it is back shares again", async () => {
  const origin = new Origin();
  origin.open(5);
  await origin.pass(2000);
  const frozen = origin.links.find(
    ({ state, page }) => state === "waiting" && page !== origin.attempts.at(-1).link.page,
  );
  frozen.freeze();
  origin.server = "hangs";
  await origin.until(() => origin.flying.length === 1);
  await origin.pass(6000);
  frozen.page.go();
  await origin.pass(1000);
  assert.equal(frozen.state, "connecting");
  assert.equal(origin.flying.length, 1);
});

test("a failure that was overtaken is no news", async () => {
  const origin = new Origin();
  origin.server = "hangs";
  origin.open(5);
  await origin.pass(14_000);
  const [overtaken] = origin.words.filter(({ kind }) => kind === "failed");
  const states = () => origin.links.map(({ state }) => state);
  const before = states();
  assert.ok(before.includes("connecting") && before.includes("trying"));
  origin.say(LOCK, { ...overtaken, at: undefined });
  await origin.pass(100);
  assert.deepEqual(states(), before);
});

test("a line that lasts is news to those that wait, whoever's it is", async () => {
  const origin = await dead(7, 20_000);
  const { link: prober } = origin.attempts.at(-1);
  const [late] = origin.links.filter((link) => link !== prober);
  late.page.hidden = true;
  origin.server = "up";
  await origin.until(() => isReady(prober));
  // The others heard of it, and go; but its own line does not last.
  await origin.pass(30);
  prober.cut();
  await origin.pass(3000);
  assert.deepEqual([late.state, prober.state], ["waiting", "waiting"]);
  await origin.pass(5000);
  assert.ok(origin.links.every(isReady));
});

test("a server that accepts and then closes is tried by one, once it is known to", async () => {
  for (const seed of seeds(10)) {
    for (const resume of [true, false]) {
      const origin = new Origin(seed);
      origin.server = "closes";
      origin.open(20, { resume });
      await origin.pass(100);
      // The first ok was believed.
      assert.equal(origin.attempts.length, 20);
      await origin.pass(95_000);
      const later = origin.attempts.slice(20).map(({ at }) => at);
      // The ladder of one, on which each has taken no more than one step for the burst.
      assert.ok(later.length <= 7 && later.length >= 5, `${seed} ${resume}: ${later}`);
      assert.equal(origin.flying.length, 0);

      origin.server = "up";
      await origin.until(() => origin.links.every(isReady));
      const found = origin.attempts.find(({ at }) => at > 95_100);
      assert.ok(origin.now - found.at <= 7000, "ready once the line that found it has lasted");
    }
  }
});

test("keys in all tabs cut a wait twice a minute, not twice in each", async () => {
  for (const seed of seeds(10)) {
    const origin = await dead(seed, 32_000);
    const before = origin.attempts.length;
    for (let second = 0; second < 58; second++) {
      for (const link of origin.links) link.key();
      await origin.pass(1000);
    }
    const after = origin.attempts.slice(before).length;
    // Two cuts, and after each the wait begins anew.
    assert.ok(after >= 2 && after <= 4, `${seed}: ${origin.times}`);
  }
});

test("a tab that opens while others wait makes a hurried attempt, and does not shorten their waits", async () => {
  const origin = await dead(3, 40_000);
  const before = origin.attempts.length;
  for (let i = 0; i < 10; i++) {
    origin.open(1);
    await origin.pass(1000);
  }
  assert.equal(origin.attempts.length, before + 2);
  await origin.pass(55_000);
  // The wait after the second of them is 30 s, whose ladder ever it is.
  assert.ok(origin.attempts.length <= before + 4, `${origin.times}`);
});

test("the user's own reconnect() goes at once, whoever tries", async () => {
  const origin = await dead(3, 40_000);
  for (const link of origin.links) link.reconnect();
  await origin.pass(50);
  const { length } = origin.attempts;
  assert.equal(origin.attempts.filter(({ urgent }) => urgent).length, 20);
  await origin.pass(60_000);
  assert.ok(origin.attempts.length <= length + 3, `${origin.times}`);
});

test("a link that is closed while it tries lets another try", async () => {
  const origin = new Origin();
  origin.server = "hangs";
  origin.open(5);
  // It has just said that it goes on, so nobody will ask for a second.
  await origin.until(() => origin.words.some(({ kind }) => kind === "alive"));
  origin.attempts[0].link.end();
  await origin.pass(600);
  assert.equal(origin.flying.length, 1);
});

test("a link that has made no attempt keeps no channel and no lock", async () => {
  const origin = new Origin();
  const tabs = new Page(origin).tabs("any", { sharedRetries: "any" }, () => {});
  await origin.pass(100);
  assert.equal(origin.channels.size + origin.held.length, 0);
  tabs.close();
});

test("links of one page share the budget, and links of another name do not", async () => {
  const origin = new Origin();
  const [first] = origin.open(1);
  for (let i = 0; i < 4; i++) first.page.connect();
  const other = new Page(origin).connect({ name: "another" });
  await origin.pass(16_000);
  const isOther = ({ link }) => link === other;
  assert.equal(origin.attempts.filter(isOther).length, 5);
  assert.equal(origin.attempts.filter((attempt) => !isOther(attempt)).length, 5);
});

test("where there are no locks or no channels each goes alone, and none fails", async () => {
  const refuse = () => {
    throw new DOMException("refused", "SecurityError");
  };
  const refusing = { query: async () => refuse(), request: async () => refuse() };
  const worlds = {
    "no locks": { locks: undefined },
    "locks that reject": { locks: refusing },
    "locks that throw": { locks: { query: refuse, request: refuse } },
    "a channel that throws": { channel: refuse },
  };
  for (const [name, options] of Object.entries(worlds)) {
    const origin = new Origin();
    for (let i = 0; i < 3; i++) new Page(origin, options).connect();
    await origin.pass(16_000);
    assert.equal(origin.attempts.length, 15, name);
  }
});

test("garbage on the channel, and words of another version, change nothing", async () => {
  const word = {
    relatch: 1,
    kind: "failed",
    round: new Origin().clock,
    said: new Origin().clock,
    failures: 3,
    due: 5000,
    wait: 5000,
    shaky: false,
    cuts: [],
  };
  const garbage = [
    undefined,
    null,
    7,
    "failed",
    [],
    {},
    { ...word, relatch: 2 },
    { ...word, kind: "toString" },
    { ...word, round: 1e300 },
    { ...word, round: 1.5 },
    { ...word, round: word.round + 2 * 86_400_000 },
    { ...word, round: -1 },
    { ...word, due: Infinity },
    { ...word, due: NaN },
    { ...word, due: "5000" },
    { ...word, due: 4_320_001 },
    { ...word, wait: -1 },
    { ...word, said: undefined },
    { ...word, said: word.said + 2 * 86_400_000 },
    { ...word, failures: undefined },
    { ...word, shaky: 1 },
    { ...word, cuts: "ab" },
    { ...word, cuts: [NaN] },
    { ...word, cuts: Array(100).fill(1) },
  ];
  const origin = new Origin();
  origin.open(20);
  for (let i = 0; i < 950; i++) {
    origin.say(LOCK, garbage[i % garbage.length]);
    await origin.pass(100);
  }
  assert.deepEqual(origin.times, LADDER);
  // The same with numbers that fit is believed.
  origin.say(LOCK, { ...word, round: origin.clock, said: origin.clock, due: 100_000, wait: 100_000 });
  await origin.pass(90_000);
  assert.equal(origin.attempts.length, LADDER.length);
});

/** Five minutes in which anything may happen, by chance; then all is well again. */
async function anything(seed) {
  const origin = new Origin(seed);
  const pick = (list) => list[Math.floor(origin.random() * list.length)];
  const jitter = seed % 2 === 0;
  origin.open(8, { jitter });
  let due = 0;
  let newest = 0;
  let tried = 0;
  let disturbed = 0;
  const isUp = () => origin.server === "up" || origin.server === "closes";
  // A tab that somebody looks at, and that has wanted a line for so long. One that stood still is on its own ladder's longest wait at worst.
  const isWanting = ({ page, wants }) =>
    !page.isStopped && !page.hidden && wants < origin.now - 5000 && page.back < origin.now - 36_000;
  const deeds = {
    server: () => (
      (origin.server = pick(["refuses", "refuses", "hangs", "hangs", "closes", "up"])),
      (disturbed = origin.now)
    ),
    open: () => origin.links.length < 25 && origin.open(1, { jitter, resume: origin.random() < 0.5 }),
    hide: () => (pick(origin.pages).hidden = true),
    show: () => (pick(origin.pages).hidden = false),
    key: (link) => link.key(),
    cut: () => origin.links.forEach((link) => link.cut()),
    reconnect: (link) => link.reconnect(),
    garbage: () => origin.say(LOCK, pick([null, "x", { relatch: 1 }, { relatch: 1, kind: "failed", round: -1 }])),
    die: (link) => (origin.links.length > 4 && link.page.die(), (disturbed = origin.now)),
    end: (link) => (link.end(), link.page.die(), (disturbed = origin.now)),
    stop: (link) => (link.page.stop(), (disturbed = origin.now)),
    go: () => (pick(origin.pages.filter(({ frozen }) => !frozen))?.go(), (disturbed = origin.now)),
    freeze: (link) => (link.freeze(), (disturbed = origin.now)),
    resume: () => {
      const frozen = origin.links.filter(({ page }) => page.isStopped);
      if (frozen.length) pick(frozen).resume();
    },
  };
  let acts = origin.between(0, 4000);
  while (origin.now < 300_000) {
    await origin.pass(100);
    for (const { kind, round, due: wait, at } of origin.words.splice(0)) {
      if (kind !== "failed" || round < newest) continue;
      due = round > newest ? at + wait : Math.max(due, at + wait);
      newest = round;
    }
    // One at a time, but for what the user asks for, what a page stands still with or hears only now, and what the server has called for.
    const flying = origin.flying.filter(
      ({ link, urgent, at }) => !urgent && !link.page.isStopped && at > link.page.back + 10,
    );
    assert.ok(flying.length < 2 || isUp() || origin.now < disturbed + 12_000, `${seed}: two try at ${origin.now}`);
    const isTrying = origin.flying.length || origin.links.some(({ state, isStable }) => state === "ready" && !isStable);
    if (isTrying) tried = origin.now;
    const isLate = origin.now > Math.max(due, tried, disturbed) + 5000;
    assert.ok(!isLate || !origin.links.some(isWanting), `${seed}: nobody tries at ${origin.now}, due ${due}`);
    if (origin.now < acts) continue;
    acts = origin.now + origin.between(100, 4000);
    const live = origin.links.filter(({ page, state }) => !page.isStopped && state !== "closed");
    if (live.length < 3) origin.open(3, { jitter });
    else deeds[pick(Object.keys(deeds))](pick(live));
  }
  origin.server = "up";
  for (const link of origin.links) if (link.page.isStopped) link.resume();
  for (const page of origin.pages) page.hidden = false;
  await origin.until(() => origin.links.every(({ state }) => state === "ready" || state === "closed"), 60_000);
}

test("whatever happens, one tries at a time, within five seconds of when it is due, and all come back", async () => {
  // The last one has found what is heard late, by a page that stood still.
  for (const seed of [...seeds(40), 104]) await anything(seed);
});
