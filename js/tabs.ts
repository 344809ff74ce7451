// A retry budget that the links of one origin share: while a server is dead, one of them tries and the others hear what came of it.
//
// Nobody is a standing leader. Whoever is due takes a lock for its attempt and tells the others how it ended; the next attempt is again
// anybody's, but the one that made the last is due first. The decisions and their reasons are in `docs/design.md`.

import type { StateChange } from "./events.js";
import type { ConnectOptions } from "./options.js";

/** One link's share of a budget of attempts. */
export interface Tabs {
  /**
   * Before an attempt, and before `url()` and `auth()` are asked: 0 once this link is to make it, or how many ms to wait in place of it: it
   * was made elsewhere and failed, or is not due. While one is under way elsewhere this does not resolve: that one is this link's attempt
   * too. Once a later call, or a change of the link's state, has taken its place, it never does.
   *
   * @param urgent the user's own `reconnect()`, which always goes.
   */
  turn(urgent: boolean): Promise<number>;
  /** The link's state has changed. */
  told(change: Pick<StateChange, "state" | "previous" | "reason" | "retryIn">): void;
  /** The page goes into the back-forward cache, is frozen, or goes for good: an open channel or a held lock would keep it from that. */
  leave(): void;
  /** It is there again; nothing, if it was not away. */
  comeBack(): void;
  /** The link was disposed of. */
  close(): void;
}

/**
 * @param name of the budget; with `sharedRetries: true`, the server's address.
 * @param elsewhere takes the group's failure for the link's own, with the wait until the next attempt, a whole number of ms; 0 says that the
 *   server is there.
 */
export function tabs(
  name: string | (() => unknown),
  options: Pick<ConnectOptions, "connectTimeout" | "resume" | "sharedRetries" | "stableAfter">,
  elsewhere: (retryIn: number) => void,
): Tabs {
  return new Share("relatch:retry:" + (options.sharedRetries === true ? server(name) : name), options, elsewhere);
}

/** An address without what tells sessions and users apart. */
function server(name: unknown): string {
  const { origin, pathname } = new URL(String(name));
  return origin + pathname;
}

/** Without any word the flight is asked about after this long, in ms, and a random part of `SPREAD` more; and so long for the answer. */
const QUIET = 1000;
const ANSWER = 1500;
const SPREAD = 500;
/** A lock is kept so much longer than the result that was told, in ms: a message may take longer than a lock. */
const LINGER = 200;
/** How long a link that has come waits for the word of those that wait already. */
const INQUIRY = 1000;
/** Cuts of a wait in any such span, in ms, as in `src/client/hurry.rs`; but over all links. */
const SPAN = 60_000;
const CUTS = 2;
const DAY = 86_400_000;
/** A timer may fire a little early. */
const EARLY = 100;
/** A stable line that is lost so soon after a failure elsewhere was lost for the same cause. */
const SAME_CAUSE = 5000;
/** The longest wait that is believed: the longest that an option can ask for (an hour), and a fifth. */
const LONGEST = 4_320_000;

type Kind =
  | "try" // an attempt begins
  | "failed" // it failed, or its line was not stable
  | "ok" // the server is there
  | "free" // it ended without a word about the server
  | "ask" // is it still under way?
  | "alive" // it is
  | "how" // how does the group stand?
  | "stands"; // so

/** What is told: always all that the teller knows. */
interface Word {
  relatch: 1;
  kind: Kind;
  /**
   * The attempt, of those of all links: when it began, on the clock of `Date.now()`, or one more than the last. So what one that has only now
   * come says is news too. It is compared with other rounds, never with a time, but that it must not be of another day.
   */
  round: number;
  /** Failures in a row. */
  failures: number;
  /** Until the next attempt is due, in ms: spans, since two pages have no clock in common that only goes forward. */
  due: number;
  /** The last wait from its beginning. */
  wait: number;
  /** Failures came after an `ok`. */
  shaky: boolean;
  /** How long ago waits were cut, in ms. */
  cuts: number[];
}

type Phase =
  | "out" // no attempt is wanted
  | "waiting" // for the next one
  | "asking" // whether it may go
  | "trying" // it goes
  | "ready" // its line is there
  | "stable"; // and lasts

class Share implements Tabs {
  #channel: BroadcastChannel | undefined;
  /** There is no channel because the page has left, or no attempt was made yet; else because each goes alone. */
  #away = true;
  #phase: Phase = "out";
  /** Answers the `turn()` that is asked. */
  #answer: (turn: number) => void = () => {};
  /** Since when. */
  #asked = 0;
  /** Tells a turn from those that it replaced. */
  #turns = 0;
  /** Gives up the lock of the attempt. */
  #release: (() => void) | undefined;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  /** Gives up the lock that shows a link that comes that others wait. */
  #unmark: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** This link's attempt is the group's: the others wait for its word. */
  #speaks = false;
  /** When its line counts as stable. */
  #stableAt = 0;
  /** Its word was given. */
  #told = false;
  /** May attempt beside others, since the server is there; until then. */
  #joins = -Infinity;
  /** Is about to. */
  #joining = false;
  /** The last attempt of the group was this link's. */
  #last = false;
  /** The ladder's steps that this link has taken since it was last stable. */
  #steps = 0;
  /** The attempt that is under way here, and the failures that were known when it began. */
  #own = 0;
  #base = 0;
  /** The last attempt whose failure this link has taken for its own. */
  #counted = 0;
  /** When there was last a sign of an attempt that is under way elsewhere. */
  #flight = -Infinity;

  /** How often another was about to take the lock of a page that stands still. */
  #refusals = 0;

  // What the group knows.
  #known = false;
  #failing = false;
  #round = 0;
  #failures = 0;
  #due = -Infinity;
  #heard = -Infinity;
  #wait = 0;
  #shaky = false;
  #cuts: number[] = [];
  #informed: (() => void) | undefined;

  constructor(
    readonly name: string,
    readonly options: Pick<ConnectOptions, "connectTimeout" | "resume" | "stableAfter">,
    readonly elsewhere: (retryIn: number) => void,
  ) {}

  comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#known = false;
    try {
      // Both are missing in an insecure context, or are there and throw: each link then goes alone.
      if (!navigator.locks) return;
      this.#channel = new BroadcastChannel(this.name);
      this.#channel.onmessage = ({ data }) => isWord(data) && this.#hear(data);
    } catch {
      this.#channel = undefined;
    }
  }

  leave(): void {
    this.#end();
    this.#letGo();
    this.#mark();
    this.#channel?.close();
    this.#channel = undefined;
    this.#away = true;
  }

  close(): void {
    this.leave();
  }

  async turn(urgent: boolean): Promise<number> {
    // A page whose timers run is back, whether it was told so yet or not.
    if (this.#away) this.comeBack();
    if (!this.#channel) return 0;
    // The server answered, and wants the same once more: with a new token, say.
    if (this.#isFlying()) {
      this.#settle("trying");
      return 0;
    }
    return new Promise((answer) => {
      this.#answer = answer;
      this.#asked = now();
      this.#settle("asking");
      void this.#decide(urgent);
    });
  }

  async #decide(urgent: boolean): Promise<void> {
    const turn = this.#turns;
    if (this.#joins > now()) return this.#begin(false);
    if (!urgent && !this.#known) await this.#inquire();
    if (turn != this.#turns) return;
    const release = this.#release ?? (await this.#lock({ ifAvailable: true }));
    if (turn != this.#turns) return release?.();
    if (urgent || release) return this.#proceed(release, urgent);
    // Its failure is told already, and the lock lingers.
    if (!this.#isDue()) return this.#hold();
    this.#look();
  }

  /** The lock is this link's, if it needs it. */
  #proceed(release: (() => void) | undefined, urgent = false): void {
    clearTimeout(this.#lingering);
    this.#release = release;
    if (urgent || this.#isDue()) return this.#begin(true);
    this.#cuts = this.#cuts.filter((at) => at > now() - SPAN);
    if (this.#cuts.length < CUTS) {
      this.#cuts.push(now());
      return this.#begin(true);
    }
    this.#hold();
  }

  #begin(speaks: boolean, spread = 0, isLate = this.#isLate(0)): void {
    if (isLate) {
      this.#settle("waiting");
      this.#steps++;
      if (speaks) this.#linger(ANSWER);
      else this.#letGo();
      if (!speaks) this.#joins = now() + ANSWER + spread;
      return this.#answer(1 + Math.round(spread));
    }
    this.#settle("trying");
    if (!speaks) this.#letGo();
    this.#speaks = speaks;
    this.#told = false;
    this.#joins = -Infinity;
    this.#base = this.#failures;
    if (speaks) this.#round = Math.max(this.#round + 1, Date.now());
    this.#own = this.#round;
    if (speaks) this.#say("try");
    this.#answer(0);
  }

  /** Not now: as long as the group waits. */
  #hold(): void {
    const wait = this.#rest();
    this.#settle("waiting");
    this.#letGo();
    this.#steps++;
    this.#answer(wait);
  }

  /** How long the group waits yet; this link a little longer, if another is to go first. */
  #rest(): number {
    const stagger = this.#last ? 0 : isHidden() ? 1000 + chance(500) : 500 + chance(1000);
    return Math.ceil(this.#left() + stagger);
  }

  #left(): number {
    return Math.max(1, this.#due - now());
  }

  /** The turn has used up too much of the attempt's time, or soon will have: it is to be asked for anew. */
  #isLate(soon: number): boolean {
    const { connectTimeout = 10_000 } = this.options;
    return this.#phase == "asking" && now() + soon > this.#asked + connectTimeout / 2;
  }

  #isDue(): boolean {
    return now() >= this.#due - EARLY;
  }

  told({ state, previous, reason, retryIn }: Pick<StateChange, "state" | "previous" | "reason" | "retryIn">): void {
    if (!this.#channel) return;
    if (state == "ready") return this.#line("ready");
    if (state == "connecting") return;
    if (retryIn == undefined) return this.#end();
    // What this file itself has brought about, and waits that only became others, are no news.
    if (reason == "elsewhere" || (previous != "connecting" && previous != "ready")) return;
    // The timer may be late.
    if (this.#phase == "ready" && now() >= this.#stableAt) this.#line("stable");
    if (this.#phase == "trying" || this.#phase == "ready") this.#fail(retryIn);
    else this.#lose();
  }

  /** The line is there, or has lasted. */
  #line(phase: "ready" | "stable"): void {
    if (this.#phase != "trying" && this.#phase != "ready") return;
    this.#settle(phase);
    const isStable = phase == "stable";
    if (isStable) this.#steps = 0;
    else {
      const { stableAfter = 5000 } = this.options;
      this.#stableAt = now() + stableAfter;
      this.#later(() => this.#line("stable"), stableAfter);
      // While nobody has failed there is nothing to spare a server; once it has, an open socket may be a proxy's.
      if (this.#shaky || (this.#failing && !this.options.resume)) return;
    }
    // Where others wait, that a line lasts is news whoever's it is.
    if (!(isStable && this.#failing) && (!this.#speaks || this.#told)) return;
    this.#told = true;
    this.#recover();
    this.#say("ok");
    this.#letGo();
  }

  /** The attempt failed, or its line was not stable. */
  #fail(retryIn: number): void {
    this.#steps++;
    if (this.#told) this.#shaky = true;
    // One that came late is at the foot of its ladder, while the group is up on its own.
    const isBehind = this.#base >= this.#steps;
    const wait = Math.min(LONGEST, Math.max(retryIn, isBehind ? Math.max(this.#wait, this.#left()) : 1));
    this.#settle("waiting");
    this.#counted = Math.max(this.#counted, this.#own);
    // Who was robbed of the lock has nothing to say about the group any more.
    if (this.#own == this.#round) {
      this.#note(Math.max(this.#base + 1, this.#steps), wait, wait);
      this.#last = true;
      this.#say("failed");
      this.#linger(LINGER);
    } else this.#letGo();
    this.#mark();
    if (wait <= retryIn) return;
    this.#steps++;
    this.elsewhere(Math.ceil(wait));
  }

  /** A line that was stable is lost, or nothing came of a turn in time. */
  #lose(): void {
    const wasStable = this.#phase == "stable";
    this.#settle("waiting");
    this.#letGo();
    if (!wasStable || !this.#failing || this.#isDue() || now() > this.#heard + SAME_CAUSE) return;
    this.#counted = this.#round;
    this.#steps++;
    this.elsewhere(this.#rest());
  }

  #end(): void {
    const isAwaited = this.#speaks && !this.#told && (this.#phase == "trying" || this.#phase == "ready");
    this.#settle("out");
    if (isAwaited) this.#say("free");
    this.#letGo();
  }

  #settle(phase: Phase): void {
    clearTimeout(this.#timer);
    this.#informed = undefined;
    this.#joining = false;
    this.#turns++;
    this.#phase = phase;
    this.#mark();
  }

  #say(kind: Kind): void {
    const at = now();
    this.#cuts = this.#cuts.filter((cut) => cut > at - SPAN);
    const word: Word = {
      relatch: 1,
      kind,
      round: this.#round,
      failures: this.#failures,
      due: Math.max(0, this.#due - at),
      wait: this.#wait,
      shaky: this.#shaky,
      cuts: this.#cuts.map((cut) => at - cut),
    };
    this.#channel?.postMessage(word);
  }

  #hear(word: Word): void {
    const { kind, round } = word;
    if (kind == "how") {
      if (this.#isDown()) this.#say("stands");
      else if (this.#isFlying()) this.#say("alive");
      return;
    }
    if (kind == "stands") return this.#learn(word);
    // A failure that was overtaken is no news. Who has only now come may not know the round of what it asks for.
    if (round < this.#round && (kind == "failed" || kind == "free")) return;
    this.#round = Math.max(this.#round, round);
    if (kind == "ask") {
      if (this.#isFlying()) this.#say("alive");
      else if (this.#isWatching()) this.#listen();
    } else if (kind == "try" || kind == "alive") {
      this.#flight = now();
      this.#refusals = 0;
      this.#takeCuts(word.cuts);
      if (this.#isWatching()) this.#watch();
    } else if (kind == "ok") {
      this.#recover();
      this.#join();
    } else {
      this.#flight = -Infinity;
      if (kind == "failed") this.#share(word);
      else if (this.#isWatching()) this.#later(() => void this.#doubt(), chance(SPREAD));
    }
  }

  /** Another's failure. */
  #share({ round, failures, due, wait, shaky }: Word): void {
    this.#shaky ||= shaky;
    const isWaiting = this.#phase == "waiting" || this.#phase == "asking";
    // One of the same round that failed too, after an `ok`: each goes by its own.
    if (isWaiting && round <= this.#counted) return;
    this.#note(failures, due, wait);
    this.#last = false;
    if (!isWaiting) return;
    this.#counted = round;
    if (this.#phase == "asking") return this.#informed ? this.#informed() : this.#hold();
    this.#settle("waiting");
    this.#steps++;
    this.elsewhere(this.#rest());
  }

  #note(failures: number, due: number, wait: number): void {
    this.#failing = true;
    this.#failures = failures;
    this.#due = now() + due;
    this.#wait = wait;
    this.#heard = now();
  }

  #recover(): void {
    this.#failing = this.#shaky = false;
    this.#failures = this.#wait = 0;
    this.#due = this.#flight = -Infinity;
  }

  /** The server is there: whom somebody looks at goes at once, the others not all in the same moment. */
  #join(): void {
    if (this.#phase != "waiting" && this.#phase != "asking") return;
    this.#mark();
    const spread = isHidden() ? chance(1000) : 0;
    // A hidden page's timer may be late by a second.
    const isLate = this.#isLate(spread && 2000);
    const go = () => {
      if (this.#phase == "asking") return this.#begin(false, spread, isLate);
      this.#joins = now() + ANSWER;
      this.elsewhere(0);
    };
    // One that is late waits by itself.
    if (!spread || isLate) go();
    // Others that are back say so too.
    else if (!this.#joining) {
      this.#joining = true;
      this.#later(go, spread);
    }
  }

  /** Looks after the attempt that is under way elsewhere, for as long as this link waits for it. */
  #watch(): void {
    this.#later(() => void this.#doubt(), Math.max(0, this.#flight + QUIET - now()) + chance(SPREAD));
  }

  /** Nothing was heard of it. If its page is gone, so is the lock. */
  async #doubt(): Promise<void> {
    const turn = this.#turns;
    const release = await this.#lock({ ifAvailable: true });
    if (turn != this.#turns) return release?.();
    if (release) this.#proceed(release);
    else this.#look();
  }

  /** The lock is held: what holds it is asked, unless it was heard of just now. */
  #look(): void {
    if (now() < this.#flight + QUIET) return this.#watch();
    this.#say("ask");
    this.#listen();
  }

  /** Somebody has asked: an answer comes, or the page that tries stands still. */
  #listen(): void {
    this.#later(() => void this.#rob(), ANSWER + chance(SPREAD));
  }

  /** Takes the lock from a page that stands still. Several find so at once: one of them does, by a lock for that. */
  async #rob(): Promise<void> {
    const turn = this.#turns;
    const guard = await this.#lock({ ifAvailable: true }, ":rob");
    // Whoever has it may stand still as well.
    const isRefused = !guard && this.#refusals++ == 0;
    const release = isRefused ? undefined : await this.#lock({ steal: true });
    // Those that came late for it have heard the word of it by then.
    if (guard) setTimeout(guard, LINGER);
    if (turn != this.#turns) release?.();
    else if (release) this.#proceed(release);
    else this.#listen();
  }

  #later(what: () => void, wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(what, wait);
  }

  /** Asks those that wait how the group stands, if there are any. */
  async #inquire(): Promise<void> {
    const turn = this.#turns;
    const { held } = await locks((own) => own.query()).catch(() => ({ held: [] }));
    if (turn != this.#turns) return;
    if (held?.some(({ name }) => name == this.#marker)) {
      await new Promise<void>((informed) => {
        this.#informed = informed;
        this.#later(informed, INQUIRY);
        this.#say("how");
      });
      this.#informed = undefined;
    }
    this.#known = true;
  }

  #learn({ round, failures, due, wait, shaky, cuts }: Word): void {
    if (!this.#informed) return;
    this.#round = Math.max(this.#round, round);
    this.#shaky = shaky;
    this.#takeCuts(cuts);
    this.#note(failures, due, wait);
    this.#last = false;
    this.#informed();
  }

  /** Whoever tells of more cuts knows better. */
  #takeCuts(cuts: number[]): void {
    this.#cuts = this.#cuts.filter((at) => at > now() - SPAN);
    if (cuts.length > this.#cuts.length) this.#cuts = cuts.map((ago) => now() - ago);
  }

  #isDown(): boolean {
    return this.#failing && (this.#phase == "waiting" || this.#phase == "asking");
  }

  #isFlying(): boolean {
    return this.#speaks && !this.#told && (this.#phase == "trying" || this.#phase == "ready");
  }

  /** Waits for the word of an attempt that is under way elsewhere. */
  #isWatching(): boolean {
    return this.#phase == "asking" && !this.#informed && !this.#joining;
  }

  get #marker(): string {
    return this.name + ":down";
  }

  /** Shows by a lock of its own whether the group is down, as far as this link waits for it. */
  #mark(): void {
    if (this.#isDown() == !!this.#unmark) return;
    if (this.#unmark) {
      this.#unmark();
      this.#unmark = undefined;
      return;
    }
    const held = new Promise<void>((release) => (this.#unmark = release));
    void locks((own) => own.request(this.#marker, { mode: "shared" }, () => held)).catch(() => {});
  }

  /** Takes the lock; what gives it up again, or nothing if another link has it. */
  #lock(options: { ifAvailable: true } | { steal: true }, suffix = ""): Promise<(() => void) | undefined> {
    return new Promise((settle) => {
      let mine: (() => void) | undefined;
      const hold = (lock: Lock | null) => lock && new Promise<void>((release) => settle((mine = release)));
      void locks((own) => own.request(this.name + suffix, options, hold))
        .catch(() => {
          if (!mine) {
            // The page may have none: it goes alone.
            this.#channel?.close();
            this.#channel = undefined;
            settle(() => {});
          } else if (this.#release == mine) {
            // Robbed: this page stood still. Its attempt goes on, but is nobody else's.
            this.#release = undefined;
            this.#speaks = false;
          }
        })
        .then(() => settle(undefined));
    });
  }

  #letGo(): void {
    clearTimeout(this.#lingering);
    this.#release?.();
    this.#release = undefined;
  }

  #linger(span: number): void {
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => this.#letGo(), span);
  }
}

/** Where locks are refused, by a rejection or a throw, what is asked of them is rejected. */
async function locks<Result>(ask: (own: LockManager) => Promise<Result>): Promise<Result> {
  return ask(navigator.locks);
}

function now(): number {
  return performance.now();
}

function chance(most: number): number {
  return Math.random() * most;
}

function isHidden(): boolean {
  return !!globalThis.document?.hidden;
}

const KINDS: string[] = ["try", "failed", "ok", "free", "ask", "alive", "how", "stands"];

/** Whether it is a word of this version, with numbers that make sense: a page of another may use the same channel. */
function isWord(data: unknown): data is Word {
  const word = data as Word;
  const isIn = (value: unknown, most: number) => typeof value == "number" && value >= 0 && value <= most;
  return (
    typeof word == "object" &&
    word?.relatch === 1 &&
    KINDS.includes(word.kind) &&
    Number.isInteger(word.round) &&
    isIn(word.round, Date.now() + DAY) &&
    isIn(word.failures, 2 ** 31) &&
    isIn(word.due, LONGEST) &&
    isIn(word.wait, LONGEST) &&
    typeof word.shaky == "boolean" &&
    Array.isArray(word.cuts) &&
    word.cuts.length <= CUTS &&
    word.cuts.every((cut) => isIn(cut, SPAN))
  );
}
