// The long stream: seeded output and seeded input, paced, through cuts, reloads and processes that stand still, the same at both ends.
import assert from "node:assert/strict";
import { newWindow } from "../e2e/stage.mjs";
import { bareServer } from "../e2e/stranger.mjs";
import { helloHeld, KINDS } from "./kinds.mjs";
import { pageMemory, processMemory, showModule } from "./measure.mjs";
import { startStream } from "./page.mjs";
import { RELOADS } from "./reloads.mjs";
import { plan, sharedUpTo } from "./plan.mjs";
import { randomFrom } from "./random.mjs";
import { Road } from "./road.mjs";
import { Sink } from "./sink.mjs";
import { Source } from "./source.mjs";

/** How far the page asks for output ahead of what it has: less than the server keeps, so that nothing is lost to a page that is away. */
const AHEAD_BYTES = 512 * 1024;
const PATIENCE_MS = 10_000;
/** More than a page or a server has a use for beside what it keeps of a session, and less than what flows through them. */
const GROWTH_BYTES = { page: 8 * 2 ** 20, server: 32 * 2 ** 20 };

/**
 * Lets a stream of this shape flow through these numbers of cuts, reloads and pauses, and holds both its hashes against each other.
 * `kinds` are those of `KINDS` that are played, all of their variants in turn. Resolves to what was measured. `progress` gets a call
 * `said()`, which says how far it is.
 */
export async function playStream(t, { shape, cuts, reloads, pauses, pauseMs, kinds = KINDS, progress = {} }) {
  const run = await Run.begin(t, new Source(shape));
  const actions = plan({ cuts, reloads, pauses, kinds, random: run.random });
  // Each action has its share of the stream: it begins where the one before has ended, and what flows meanwhile ends where the next begins.
  const share = (part) => Math.round(run.source.blocks * sharedUpTo(part, actions.length));
  await run.flow(share(1));
  for (const [index, action] of actions.entries()) {
    const { said } = action;
    progress.said = () => `${run.said()}, ${index} of ${actions.length} events, now ${said}`;
    await run.reaches(share(index + 1));
    await run.play(action, share(index + 2), { kinds, pauseMs });
    run.check(said);
    run.played[said] = (run.played[said] ?? 0) + 1;
  }
  progress.said = () => `${run.said()}, ${actions.length} events are over`;
  await run.reaches(share(actions.length + 1));
  await run.flowCalmly();
  return run.end();
}

class Run {
  /** Milliseconds from the loss to the line, by kind. */
  times = {};
  /** How often what was played, by name and variant. */
  played = {};
  pauses = [];
  began = performance.now();
  #gaps = [];
  #dropped = [];
  #checked = 0;

  static async begin(t, source) {
    const run = Object.assign(new Run(), { source, random: randomFrom(source.seed) });
    run.sink = await Sink.open(t, source);
    // The pages come through the road, which has another port.
    run.server = await bareServer(t, ["--profile", `source=${source.program}`, "--allow-host", "127.0.0.1"]);
    run.road = await Road.open(t, Number(run.server.url.port));
    // Their pieces go to the sink's port, which the server's policy for its own pages does not allow.
    run.window = await newWindow(t, { bypassCSP: true });
    await run.window.addInitScript(showModule);
    // What a tab notices of a copy of itself by a lock, and then gets a session of its own: here it must not.
    await run.window.addInitScript(() => opener && Object.defineProperty(navigator, "locks", { value: undefined }));
    run.input = source.input().toString("base64");
    [run.page, run.other] = [await run.window.newPage(), await run.window.newPage()];
    await run.other.goto(run.sink.origin);
    // The first of all welcomes is lost: the session is there by then, and the page must find it by the same hello.
    run.road.meet({ replied: (line) => line.cut("rst") });
    await run.load(run.page);
    const first = await pageMemory(run.page);
    run.memory = { first, last: first, server: processMemory(run.server.child.pid) };
    return run;
  }

  /** What a way to lose a line, or a page, is given. */
  get stage() {
    const { page, other, server, road, sink, random } = this;
    const fault = async (fault, after) => server.fault(await page.evaluate(() => stream.link.sessionKey), fault, after);
    const flow = (page) => page.evaluate((limit) => stream.go(limit), this.limit);
    return { page, other, server, road, sink, random, fault, flow, load: this.load };
  }

  /** Loads a page, and opens the stream in it: resolves once it is `ready`, unless told otherwise. `loaded` is a page that just was. */
  load = async (page, { ready = true, loaded = false } = {}) => {
    if (!loaded) await page.goto(this.road.origin);
    else await page.waitForLoadState();
    const { source, sink, input } = this;
    const { readyBytes, blocks, blockBytes, pieceBytes } = source;
    // Where nothing is under way, each piece that was typed has its block.
    const typed = Math.max(0, Math.floor((sink.extent - readyBytes) / blockBytes));
    const shape = { readyBytes, blocks, blockBytes, pieceBytes };
    const ahead = AHEAD_BYTES / blockBytes;
    const { access } = this.server;
    await page.evaluate(startStream, { access, sink: sink.origin, input, typed, shape, ahead });
    if (ready) await page.evaluate(() => stream.is("ready"));
  };

  /** Lets the stream flow up to this block. */
  async flow(limit = this.limit) {
    this.limit = limit;
    await this.stage.flow(this.page);
  }

  /** Resolves once all blocks below this one are there. */
  reaches(block) {
    return this.sink.reaches(this.source.readyBytes + block * this.source.blockBytes, () => this.#story());
  }

  #story() {
    return this.page.evaluate(() => JSON.stringify([stream.link.snapshot(), stream.story.slice(-20)]));
  }

  /** How far it is. */
  said() {
    const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
    return `${megabytes(this.sink.extent)} of ${megabytes(this.source.total)} MB`;
  }

  /** Does what is next, and lets the stream flow up to this block. */
  async play({ cut, variant, reload, pause }, limit, { kinds, pauseMs }) {
    this.limit = limit;
    if (cut) await this.#inTime(this.#cut(cut, kinds[cut], variant));
    else if (reload) await this.#inTime(this.#reload(reload));
    else await this.#pause(pause, pauseMs);
  }

  /** Throws where a link does not come back. */
  async #inTime(work) {
    let late;
    const patience = new Promise((_, reject) => {
      late = setTimeout(async () => reject(new Error(`it takes longer than a minute: ${await this.#story()}`)), 60_000);
    });
    await Promise.race([work, patience]).finally(() => clearTimeout(late));
  }

  /** Loses the line in one way, and waits until it is back. */
  async #cut(name, kind, variant) {
    const back = this.page.evaluate(() => stream.back());
    if (kind.settles) await this.page.evaluate(() => stream.settle());
    else if (!kind.armed) await this.flow();
    await kind.play(this.stage, variant);
    if (kind.armed) await this.flow();
    const { ms } = await back;
    await this.flow();
    (this.times[name] ??= []).push(ms);
  }

  async #reload(name) {
    await this.page.evaluate(() => stream.settle());
    await this.#close();
    const began = performance.now();
    await RELOADS[name](this.stage);
    (this.times[name] ??= []).push(performance.now() - began);
    this.memory.last = await pageMemory(this.page);
    await this.flow();
  }

  /** Stops the server's process, or the page's, lets it stand still for so long, and waits until output comes again. */
  async #pause(who, ms) {
    const pids = who.startsWith("the server") ? [this.server.child.pid] : await this.#pagePids();
    const before = await this.page.evaluate(() => stream.story.length);
    // It is stopped in the middle of what flows.
    await this.page.evaluate((limit) => void setTimeout(() => stream.go(limit)), this.limit);
    const began = Date.now();
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    try {
      await new Promise((resolve) => setTimeout(resolve, ms));
    } finally {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    }
    const rest = this.limit * this.source.blockBytes + this.source.readyBytes - this.sink.extent;
    const stood = performance.now();
    await this.reaches(this.limit);
    const took = performance.now() - stood;
    const story = await this.page.evaluate(
      ([before, began]) =>
        stream.story
          .slice(before)
          .map(({ now, state, reason }) => [performance.timeOrigin + now - began, state, reason]),
      [before, began],
    );
    this.pauses.push({ who, ms, rest, took, story });
  }

  /** Holds what is there against what the source has printed. */
  check(after) {
    const { received, printed } = this.sink.hashes();
    assert.equal(received, printed, `the first ${this.sink.extent} bytes differ, after ${after}`);
    this.#checked += 1;
  }

  /** The rest, which nothing disturbs. */
  async flowCalmly() {
    const { source, sink } = this;
    const from = sink.extent;
    const began = performance.now();
    await this.flow(source.blocks);
    await sink.reaches(source.total, () => this.#story());
    this.calm = { bytes: source.total - from, seconds: (performance.now() - began) / 1000 };
  }

  async end() {
    const seconds = (performance.now() - this.began) / 1000;
    this.check("the end");
    const snapshot = await this.#close();
    assert.deepEqual([this.#gaps, this.#dropped], [[], []]);
    this.memory.end = await pageMemory(this.page);
    this.memory.serverEnd = processMemory(this.server.child.pid);
    this.#checkGrowth();
    await this.#goodbye();
    const { times, played, calm, pauses, memory, source, sink } = this;
    const { received } = sink.hashes();
    return {
      times,
      played,
      calm,
      pauses,
      memory,
      seconds,
      source,
      sha256: received,
      checked: this.#checked,
      compared: sink.compared,
      snapshot,
    };
  }

  #checkGrowth() {
    const { last, end, server, serverEnd } = this.memory;
    const grown = {
      page: end.heap + end.module - last.heap - last.module,
      // Where there is no /proc, nobody knows.
      server: server ? serverEnd.most - server.now : 0,
    };
    for (const [who, bytes] of Object.entries(grown))
      assert.ok(bytes < GROWTH_BYTES[who], `the ${who} has grown by ${bytes} bytes`);
  }

  /** The session ends by its page's word, and a hello that comes late does not bring it back. */
  async #goodbye() {
    await this.page.evaluate(() => stream.settle());
    const late = await helloHeld(this.page, this.road);
    const { line } = this.road;
    await this.page.evaluate(() => stream.link.close());
    await line.over;
    late.up.release();
    await late.over;
    // Its program has a moment to end; a session that came back would stay.
    let sessions;
    const until = Date.now() + PATIENCE_MS;
    do sessions = (await this.server.sessions()).filter(({ exit }) => exit === null);
    while (sessions.length && Date.now() < until);
    assert.deepEqual(sessions, []);
  }

  /** Takes from a page what it has to say, before it goes. */
  async #close() {
    const { gaps, dropped, snapshot } = await this.page.evaluate(() => stream.end());
    this.#gaps.push(...gaps);
    this.#dropped.push(...dropped);
    return snapshot;
  }

  async #pagePids() {
    const session = await this.window.browser().newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  }
}
