// The helper of tabs.test.mjs: an origin in virtual time, with pages, their channels and locks, a server, and links as the core has them.
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: ["js/tabs.ts"],
  bundle: true,
  format: "iife",
  globalName: "exported",
  write: false,
});
const FAKED = [
  "navigator",
  "BroadcastChannel",
  "setTimeout",
  "clearTimeout",
  "performance",
  "Date",
  "Math",
  "globalThis",
];
const instantiate = new Function(...FAKED, `${outputFiles[0].text}; return exported.tabs;`);

/** Chance that follows from its seed. */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    // Marsaglia's xorshift, after a step that keeps near seeds apart.
    state = (state + 0x9e3779b9) >>> 0;
    let x = state ^ (state >>> 16);
    x = Math.imul(x, 0x21f0aaad);
    x ^= x >>> 15;
    x = Math.imul(x, 0x735a2d97);
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  };
}

export class Origin {
  now = 0;
  pages = [];
  /** What the server saw: `{ at, until, link, urgent }`; `until` is missing while it goes on. */
  attempts = [];
  /** `refuses`, `hangs`, `closes` (soon after it accepted) or `up`. */
  server = "refuses";
  channels = new Set();
  words = [];
  #events = [];
  #count = 0;
  #locks = new Map();

  constructor(seed = 1) {
    this.random = chance(seed);
  }

  between(least, most) {
    return least + this.random() * (most - least);
  }

  /** So many pages, each with a link. */
  open(count, options) {
    return Array.from({ length: count }, () => new Page(this).connect(options));
  }

  /** Lets so many ms go by. */
  async pass(span) {
    const until = this.now + span;
    for (;;) {
      await settled();
      const next = this.#events.reduce((least, event) => (least && !isBefore(event, least) ? least : event), undefined);
      if (!next || next.at > until) break;
      this.#events.splice(this.#events.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.page ? next.page.run(next.what) : next.what();
    }
    this.now = until;
    await settled();
  }

  /** Lets time go by until something is the case; fails after so many ms. */
  async until(isCase, most = 120_000) {
    const end = this.now + most;
    while (!isCase()) {
      if (this.now >= end) throw new Error("it does not come to be: " + isCase);
      await this.pass(10);
    }
  }

  after(delay, what, page) {
    const event = { at: this.now + Math.max(0, delay), order: this.#count++, what, page };
    this.#events.push(event);
    return event;
  }

  cancel(event) {
    const at = this.#events.indexOf(event);
    if (at >= 0) this.#events.splice(at, 1);
  }

  /** When the server was asked, in half seconds. */
  get times() {
    return this.attempts.map(({ at }) => Math.round(at / 500) / 2);
  }

  /** What `Date.now()` says. */
  get clock() {
    return 1_800_000_000_000 + this.now;
  }

  /** Attempts that are under way. */
  get flying() {
    return this.attempts.filter(({ until }) => until === undefined);
  }

  get links() {
    return this.pages.flatMap((page) => (page.dead ? [] : page.links));
  }

  /** The locks that pages hold. */
  get held() {
    return [...this.#locks].flatMap(([name, holders]) => holders.map(({ page, mode }) => ({ name, page, mode })));
  }

  locksOf(page) {
    return {
      query: () => this.#soon(page, () => ({ held: this.held.map(({ name, mode }) => ({ name, mode })), pending: [] })),
      request: (name, options, hold) =>
        new Promise((resolve, reject) => {
          const { mode = "exclusive", ifAvailable, steal } = options;
          if (!ifAvailable && !steal && mode == "exclusive") throw new Error("it would queue, which nothing here does");
          this.after(this.between(0.5, 3), () => {
            if (page.dead) return;
            const holders = this.#locks.get(name) ?? [];
            const isFree = holders.every((other) => mode == "shared" && other.mode == "shared");
            if (!isFree && !steal) return page.run(() => resolve(hold(null)));
            if (steal) for (const other of holders.splice(0)) other.robbed();
            const robbed = () => this.after(1, () => reject(new DOMException("stolen", "AbortError")), page);
            const holder = { page, mode, robbed };
            this.#locks.set(name, [...holders, holder]);
            page.run(async () => {
              const result = await hold({ name, mode });
              this.after(this.between(0.5, 3), () => this.#free(name, holder));
              resolve(result);
            });
          });
        }),
    };
  }

  #free(name, holder) {
    const rest = (this.#locks.get(name) ?? []).filter((other) => other != holder);
    if (rest.length) this.#locks.set(name, rest);
    else this.#locks.delete(name);
  }

  freeAllOf(page) {
    for (const [name, holders] of this.#locks)
      for (const holder of holders) if (holder.page == page) this.#free(name, holder);
  }

  #soon(page, answer) {
    return new Promise((resolve) => this.after(this.between(0.5, 3), () => resolve(answer()), page));
  }

  /** Anything at all on the channels of this name. */
  say(name, data, from) {
    this.words.push({ ...data, at: this.now });
    for (const channel of this.channels)
      if (channel != from && channel.name == name)
        this.after(
          this.between(0.5, 12),
          () => this.channels.has(channel) && channel.onmessage?.({ data }),
          channel.page,
        );
  }
}

function isBefore(one, other) {
  return one.at < other.at || (one.at == other.at && one.order < other.order);
}

/** All that promises have to do is done. */
function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

export class Page {
  dead = false;
  hidden = false;
  frozen = false;
  links = [];
  /** When it last stood still. */
  back = -Infinity;
  #stopped;

  constructor(origin, { channel, ...given } = {}) {
    const { locks } = { locks: origin.locksOf(this), ...given };
    this.origin = origin;
    origin.pages.push(this);
    const page = this;
    const navigator = { locks };
    class BroadcastChannel {
      onmessage = null;
      constructor(name) {
        this.name = name;
        this.page = page;
        origin.channels.add(this);
      }
      postMessage(data) {
        if (!origin.channels.has(this)) throw new DOMException("closed", "InvalidStateError");
        origin.say(this.name, structuredClone(data), this);
      }
      close() {
        origin.channels.delete(this);
      }
    }
    // Timers of a hidden page fire on whole seconds.
    this.setTimeout = (what, delay = 0) =>
      origin.after(this.hidden ? Math.ceil((origin.now + delay) / 1000) * 1000 - origin.now : delay, what, this);
    this.clearTimeout = (timer) => origin.cancel(timer);
    const performance = { now: () => origin.now };
    const date = { now: () => Math.floor(origin.clock) };
    const math = Object.assign(Object.create(Math), { random: origin.random });
    const document = {
      get hidden() {
        return page.hidden;
      },
    };
    const faked = [
      navigator,
      channel ?? BroadcastChannel,
      this.setTimeout,
      this.clearTimeout,
      performance,
      date,
      math,
      { document },
    ];
    this.tabs = instantiate(...faked);
  }

  connect(options) {
    const link = new Link(this, options);
    this.links.push(link);
    link.start();
    return link;
  }

  /** Runs what happens to this page: now, once it does not stand still any more, or never. */
  run(what) {
    if (this.dead) return;
    if (this.#stopped) this.#stopped.push(what);
    else what();
  }

  /** Closed, or crashed: nothing of it is heard any more. */
  die() {
    this.dead = true;
    this.origin.freeAllOf(this);
    for (const channel of this.origin.channels) if (channel.page == this) this.origin.channels.delete(channel);
    for (const link of this.links) link.over();
  }

  /** Stands still without having been told, as a debugger makes it. */
  stop() {
    this.#stopped ??= [];
  }

  go() {
    const missed = this.#stopped ?? [];
    this.back = this.origin.now;
    this.#stopped = undefined;
    for (const what of missed) this.run(what);
  }

  get isStopped() {
    return !!this.#stopped;
  }
}

const CAPS = [1000, 2000, 4000, 8000, 16_000, 30_000];
const CONNECT_TIMEOUT = 10_000;
const STABLE_AFTER = 5000;

/** A link as `src/client` has it, as far as this matters here. */
export class Link {
  state = "idle";
  isStable = false;
  /** Since when it has been without a line that it wants. */
  wants;
  /** Why its attempts fail whatever the server does for others: `{ reason: "auth" }`, before it is asked, or `{ code }`, by its word. */
  ails;
  #step = 0;
  #cuts = [];
  #id = 0;
  /** The state as the core tells it: an attempt that is held is one too. */
  #told = "idle";
  #timer;
  #stable;
  #flight;

  constructor(page, { resume = true, jitter = false, name = "default" } = {}) {
    this.page = page;
    this.origin = page.origin;
    this.wants = this.origin.now;
    this.jitter = jitter;
    this.tabs = page.tabs(name, { resume, sharedRetries: name }, (wait) => this.#elsewhere(wait));
  }

  start() {
    this.#begin(false);
  }

  /** Somebody types. */
  key() {
    if (this.state != "waiting") return;
    this.#cuts = this.#cuts.filter((at) => at > this.origin.now - 60_000);
    if (this.#cuts.length >= 2) return;
    this.#cuts.push(this.origin.now);
    this.#begin(false);
  }

  reconnect() {
    if (this.state == "waiting") this.#begin(true);
  }

  /** `dispose()`. */
  end() {
    this.#abandon("closed", "disposed");
    this.tabs.close();
  }

  /** The server cuts the line. */
  cut() {
    if (this.state == "ready") this.#lost();
  }

  /** The page is frozen as browsers do it: it is told before, and closes what it has open. */
  freeze() {
    this.page.frozen = true;
    this.tabs.leave();
    if (this.state != "waiting") this.#abandon("waiting", "frozen");
    this.page.stop();
  }

  resume() {
    this.page.frozen = false;
    if (this.state == "waiting") this.wants = this.origin.now;
    this.page.go();
    this.tabs.comeBack();
    if (this.state == "waiting") this.#begin(false);
  }

  /** What it had under way is over, without a word to anybody. */
  over() {
    if (this.#flight) this.#flight.until = this.origin.now;
    this.#flight = undefined;
  }

  /** What it had under way is over. */
  #abandon(state, reason, retryIn, code) {
    const previous = this.#told;
    this.#id++;
    this.over();
    this.state = this.#told = state;
    this.wants = state == "closed" ? Infinity : Math.min(this.wants, this.origin.now);
    this.#arm(retryIn ?? -1, () => this.#begin(false));
    this.page.clearTimeout(this.#stable);
    this.tabs.told({ state, previous, reason, ...(retryIn >= 0 && { retryIn }), ...(code && { code }) });
  }

  #arm(delay, what) {
    this.page.clearTimeout(this.#timer);
    if (delay >= 0) this.#timer = this.page.setTimeout(what, delay);
  }

  #climb() {
    const cap = CAPS[Math.min(this.#step, 5)];
    const isFirst = this.#step++ == 0;
    if (!this.jitter) return cap;
    if (isFirst) return this.origin.random() * cap;
    return this.#step > 5 ? cap * this.origin.between(1, 1.2) : cap * this.origin.between(0.5, 1);
  }

  async #begin(urgent) {
    const id = ++this.#id;
    this.tabs.told({ state: "connecting", previous: this.#told, reason: "retry" });
    this.state = this.#told = "connecting";
    this.#arm(CONNECT_TIMEOUT, () => this.#failed());
    const turn = await this.tabs.turn(urgent);
    if (id != this.#id) return;
    if (turn === 0) this.#attempt(id, urgent);
    else this.#elsewhere(turn);
  }

  #attempt(id, urgent) {
    const { origin, page } = this;
    const then = (delay, what) => origin.after(delay, () => id == this.#id && what(), page);
    const travel = origin.between(2, 20);
    this.state = "trying";
    if (this.ails?.reason) return then(travel, () => this.#failed());
    this.#flight = { at: origin.now, link: this, urgent };
    origin.attempts.push(this.#flight);
    if (this.ails && origin.server == "up") then(travel, () => this.#failed());
    else if (origin.server == "refuses") then(travel, () => this.#failed());
    else if (origin.server == "closes") then(travel, () => (this.#ready(), then(300, () => this.#failed())));
    else if (origin.server == "up") then(travel, () => this.#ready());
  }

  #ready() {
    this.state = this.#told = "ready";
    this.wants = Infinity;
    this.over();
    this.#arm(-1);
    this.#stable = this.page.setTimeout(() => {
      this.#step = 0;
      this.isStable = true;
    }, STABLE_AFTER);
    this.tabs.told({ state: "ready", previous: "connecting", reason: "opened" });
  }

  #failed() {
    this.#wait(this.#climb());
  }

  #lost() {
    if (this.isStable) this.#step = 0;
    this.#wait(this.#climb());
  }

  #wait(wait) {
    this.isStable = false;
    this.#abandon("waiting", this.ails?.reason ?? "lost", wait, this.ails?.code ?? 1006);
  }

  #elsewhere(wait) {
    if (this.state != "waiting" && this.state != "connecting") return;
    if (!wait) return void (this.state == "waiting" && this.#begin(false));
    if (!Number.isInteger(wait)) throw new Error(`${wait} is no whole number`);
    this.#climb();
    this.#abandon("waiting", "elsewhere", wait);
  }
}
