// A page's time, in the test's hands: it goes by itself, stands still, or is moved on.
import { buildSync } from "esbuild";
import { inProject } from "../../../scripts/project.mjs";

let library;

/** The library that stands in for a page's timers, as a script that gives it a name. */
function timers() {
  library ??= buildSync({
    stdin: { contents: 'export { withGlobal } from "@sinonjs/fake-timers";', resolveDir: inProject() },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "fakeTimers",
    platform: "browser",
    // It does without what only Node has.
    external: ["util", "timers", "timers/promises"],
    logLevel: "error",
  }).outputFiles[0].text;
  return library;
}

/** One for all pages of a window, and for what they load next. */
export class Clock {
  /** What its time is ahead of the real one by, in ms; and what it is, while it stands still. */
  #ahead = 0;
  #still;

  /** `everywhere(source)` runs a source in each page there is; `changed()` says that the next ones begin otherwise. */
  constructor({ everywhere, changed }) {
    this.everywhere = everywhere;
    this.changed = changed;
  }

  async install() {
    this.installed = true;
    await this.changed();
    await this.everywhere(this.source());
  }

  /** The script of a page that is loaded now. */
  source() {
    const time = { ahead: this.#ahead, still: this.#still };
    return `window.relatchClock ?? (() => { ${timers()}; (${startClock})(fakeTimers, ${JSON.stringify(time)}) })();`;
  }

  /** Moves on to a time, and stands still there. */
  async pauseAt(time) {
    this.#still = Number(time);
    await this.#tell(`pauseAt(${this.#still})`);
  }

  /** Goes by itself again. */
  async resume() {
    if (this.#still !== undefined) this.#ahead = this.#still - Date.now();
    this.#still = undefined;
    await this.#tell("resume()");
  }

  /** Jumps on by so many ms, or `"minutes:seconds"`: what is due by then happens once. */
  async fastForward(ticks) {
    const ms =
      typeof ticks === "number" ? ticks : ticks.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
    if (this.#still === undefined) this.#ahead += ms;
    else this.#still += ms;
    await this.#tell(`jump(${ms})`);
  }

  async #tell(call) {
    await this.changed();
    await this.everywhere(`void window.relatchClock?.${call}`);
  }
}

// Runs in the page, before anything else there.
function startClock({ withGlobal }, { ahead, still }) {
  const OFTEN_MS = 10;
  const real = { now: performance.now.bind(performance), setInterval: window.setInterval };
  const toFake = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"];
  toFake.push("requestAnimationFrame", "cancelAnimationFrame", "requestIdleCallback", "cancelIdleCallback");
  const clock = withGlobal(window).install({ now: still ?? Date.now() + ahead, toFake, ignoreMissingTimers: true });
  let isStill = still !== undefined;
  let last = real.now();
  // What a timer throws is the page's error, and not this one's.
  const move = (how, ms) => {
    try {
      clock[how](ms);
    } catch (error) {
      reportError(error);
    }
  };
  const flow = () => {
    const ms = Math.floor(real.now() - last);
    last += ms;
    if (!isStill && ms > 0) move("tick", ms);
  };
  real.setInterval.call(window, flow, OFTEN_MS);
  window.relatchClock = {
    jump(ms) {
      flow();
      move("jump", ms);
    },
    pauseAt(time) {
      flow();
      if (time > clock.now) move("jump", time - clock.now);
      isStill = true;
    },
    resume() {
      flow();
      isStill = false;
    },
  };
}
