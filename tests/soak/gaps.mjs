// The second run: output floods while the page is away, more than is kept for it, so that some is missing; and its screen is right all the
// same. What is missing was printed once, by a program that does not draw itself anew.
import assert from "node:assert/strict";
import headless from "@xterm/headless";
import { newWindow, Server } from "../e2e/stage.mjs";
import { fileURLToPath } from "node:url";
import { Painting } from "./painting.mjs";
import { randomFrom } from "./random.mjs";
import { Road } from "./road.mjs";
import { differences, lookAt } from "./screen.mjs";

/** Steps that are printed, paced, once the page has caught up. */
const AFTERWARDS = 60;
/** Cuts while a page catches up, in each round. */
const CUTS = 2;
/** Behind so many bytes of what comes first: in a snapshot, or soon behind it. */
const CUT_BEHIND = 30_000;
const PATIENCE_MS = 60_000;
/** A step's bytes, at the least: what is to be printed is counted in steps. */
const STEP_BYTES = 25;
/** More than the server keeps for a page that is away: of the steps before that nothing is left. */
const PROGRESS = 60_000;

/** Ways for a page to be away while its program prints; `flood` resolves once that is printed. */
export const AWAY = {
  "cut off": async ({ road, flood }) => {
    road.close();
    await flood();
    road.reopen();
  },
  "frozen by its browser": async ({ page, flood }) => {
    await page.evaluate(() => document.dispatchEvent(new Event("freeze")));
    await flood();
    await page.evaluate(() => document.dispatchEvent(new Event("resume")));
  },
  "reloaded when it is back": async ({ page, road, flood }) => {
    road.close();
    await flood();
    road.reopen();
    await page.reload();
    await page.waitForFunction(() => window.relatch);
  },
  "hidden, and its terminal stands still": async ({ page, flood }) => {
    await page.evaluate(hide);
    await flood();
    await page.evaluate(() => unhide());
  },
};

/** Ways for a session to get another process, which begins from its first step. */
export const RESTARTS = {
  "a restart that keeps sessions": ({ server }) => server.mockRestart("sessions"),
  "a restart that keeps nothing": ({ server }) => server.mockRestart("nothing"),
  "a code that says the session is gone": ({ fault }) => fault({ close: { code: 4404 } }),
  "a code that says the session has ended": async ({ page, fault }) => {
    await fault({ close: { code: 4410 } });
    await page.waitForFunction(() => relatch.link.state === "closed");
    await page.evaluate(() => relatch.link.reconnect());
  },
};

/**
 * Lets so many bytes of output flood past an absent page, over and over, and holds its screen against that of a headless xterm which has
 * all of it. Resolves to what was survived, and how much was missing.
 */
export async function playGaps(t, { seed, bytes, rounds, progress = {} }) {
  const gaps = await Gaps.begin(t, seed);
  const began = performance.now();
  const [restarts, floods] = [{}, {}];
  const count = (counts, name) => (counts[name] = (counts[name] ?? 0) + 1);
  for (const [name, restart] of Object.entries(RESTARTS)) {
    progress.said = () => name;
    await gaps.restart(restart);
    await gaps.compare(name);
    count(restarts, name);
  }
  const ways = Object.entries(AWAY);
  for (let round = 0; round < rounds; round++) {
    const [name, away] = ways[round % ways.length];
    progress.said = () => `gap ${round + 1} of ${rounds}, to a page that is ${name}`;
    await gaps.flood(away, Math.ceil(bytes / rounds / STEP_BYTES));
    await gaps.compare(`round ${round + 1}, ${name}`);
    count(floods, name);
  }
  return { restarts, floods, ...gaps.counts, seconds: (performance.now() - began) / 1000 };
}

class Gaps {
  counts = { printed: 0, gaps: 0, missing: 0, cuts: 0, compared: 0 };
  #steps = 0;
  /** How much this process has printed. */
  #total = 0;

  static async begin(t, seed) {
    const program = `stty raw -echo; exec node ${fileURLToPath(new URL("painting.mjs", import.meta.url))} ${seed}`;
    const terminal = ["--profile", `painting=${program}`, "--allow-host", "127.0.0.1"];
    const gaps = Object.assign(new Gaps(), {
      seed,
      random: randomFrom(seed),
      server: await Server.start(t, { terminal }),
    });
    gaps.road = await Road.open(t, Number(gaps.server.url.port));
    gaps.page = await (await newWindow(t)).newPage();
    await gaps.page.addInitScript(countGaps);
    await gaps.page.goto(`${gaps.road.origin}/?kind=painting${gaps.server.url.hash}`);
    await gaps.#begin();
    return gaps;
  }

  /** Brings another process about, and paints with it. */
  async restart(restart) {
    await this.#paint(200);
    const before = (await this.page.evaluate(() => relatch.link.snapshot())).ready;
    const { page, server } = this;
    const fault = async (fault) => server.fault(await page.evaluate(() => relatch.link.sessionKey), fault);
    await restart({ page, server, fault });
    await this.#until((before) => relatch.link.state === "ready" && relatch.link.snapshot().ready > before, before);
    await this.#begin();
    await this.#paint(AFTERWARDS);
  }

  /** Lets so many steps be printed while the page is away, cuts its line while it catches up, and lets a few more be printed. */
  async flood(away, steps) {
    const before = await this.page.evaluate(() => seen);
    const follow = await this.#ask(steps, PROGRESS);
    await this.#until(() => relatch.link.snapshot().inputSent === relatch.link.snapshot().inputAcked);
    const { page, road } = this;
    for (let i = 0; i < CUTS; i++) {
      road.meet({ replied: (line) => line.down.cutBehind(1 + this.random(CUT_BEHIND), i % 2 ? "rst" : "fin") });
      this.counts.cuts += 1;
    }
    await away({ page, road, flood: () => follow().then(() => this.#printed()) });
    await this.#caughtUp();
    await this.#paint(AFTERWARDS);
    const after = await page.evaluate(() => seen);
    assert.ok(after.gaps > before.gaps, "nothing was missing");
    this.counts.gaps += after.gaps - before.gaps;
    this.counts.missing += after.missing - before.missing;
  }

  /** Holds the page's screen against that of a terminal which has all the output. */
  async compare(when) {
    const expected = await new Promise((resolve) => this.truth.write("", () => resolve(lookAt(this.truth))));
    await this.page.evaluate(() => new Promise((resolve) => relatch.terminal.write("", resolve)));
    const actual = await this.page.evaluate(`(${lookAt})(relatch.terminal)`);
    assert.deepEqual(differences(expected, actual), [], `the screen is not right: ${when}`);
    this.counts.compared += 1;
  }

  /** A process has begun: so does the truth. */
  async #begin() {
    await this.page.waitForFunction(() => window.relatch?.link.state === "ready");
    const { cols, rows } = await this.page.evaluate(() => ({
      cols: relatch.terminal.cols,
      rows: relatch.terminal.rows,
    }));
    this.painting = new Painting({ seed: this.seed, cols, rows });
    this.truth = new headless.Terminal({ cols, rows, scrollback: 1000, allowProposedApi: true });
    [this.#steps, this.#total] = [0, 0];
    await this.#prints(Buffer.from(this.painting.start));
    await this.#caughtUp();
  }

  async #paint(steps) {
    const follow = await this.#ask(steps, 0);
    await follow();
    await this.#caughtUp();
  }

  /** Asks the program for so many steps more, and so much progress. Returns a call that prints them for the truth. */
  async #ask(steps, progress) {
    const from = this.#steps;
    const to = (this.#steps += steps);
    await this.page.evaluate((line) => relatch.link.send(line), `${to} ${progress}\n`);
    return async () => {
      for (const piece of this.painting.prints(from, to, progress)) await this.#prints(piece);
    };
  }

  #prints(bytes) {
    this.#total += bytes.length;
    this.counts.printed += bytes.length;
    return new Promise((resolve) => this.truth.write(bytes, resolve));
  }

  /** Resolves once the server has all that is printed. */
  async #printed() {
    const key = await this.page.evaluate(() => relatch.link.sessionKey);
    for (;;) {
      const session = (await this.server.sessions()).find((session) => session.key === key);
      if (session.head >= this.#total) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Resolves once the page's terminal has processed all that was printed; its link does not wait when it could try. */
  async #caughtUp() {
    await this.#until((total) => drawing === 0 && relatch.link.snapshot().processed >= total, this.#total);
    assert.equal(await this.page.evaluate(() => relatch.link.snapshot().processed), this.#total);
  }

  /** Resolves once something holds in the page, whose link does not wait meanwhile if it could try. */
  async #until(holds, argument) {
    const until = Date.now() + PATIENCE_MS;
    while (!(await this.page.evaluate(holds, argument))) {
      if (Date.now() > until) {
        const state = await this.page.evaluate(() => JSON.stringify(relatch.link.snapshot()));
        throw new Error(`the page does not get on: ${holds} of ${argument} does not hold in ${state}`);
      }
      await this.page.evaluate(() => /^(waiting|open-circuit)$/.test(relatch.link.state) && relatch.link.reconnect());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

// Runs in the page, before anything else there: of all pages in this tab how many gaps there were, and how many bytes were missing to a
// page that had those before them; and how many bytes are to come that draw the screen instead.
function countGaps() {
  window.seen = JSON.parse(sessionStorage.getItem("seen")) ?? { gaps: 0, missing: 0 };
  window.drawing = 0;
  addEventListener("relatch", () => {
    relatch.link.addEventListener("gap", ({ detail }) => {
      seen.gaps += 1;
      seen.missing += detail.from === undefined ? 0 : detail.to - detail.from;
      sessionStorage.setItem("seen", JSON.stringify(seen));
      drawing = detail.snapshot ?? 0;
    });
    relatch.link.addEventListener("message", ({ data }) => (drawing = Math.max(0, drawing - data.byteLength)));
  });
}

// Runs in the page: a tab that nobody sees, whose terminal gets to nothing, until it is unhidden.
function hide() {
  const { terminal } = relatch;
  const { write } = terminal;
  const waiting = [];
  const show = (state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  };
  terminal.write = (...args) => void waiting.push(args);
  show("hidden");
  window.unhide = () => {
    terminal.write = write;
    for (const args of waiting) terminal.write(...args);
    show("visible");
  };
}
