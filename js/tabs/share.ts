// Decides for one link whether it makes an attempt, waits for the word of another's, or for the next one.

import type { ConnectOptions } from "../options.js";
import type { Tabs, Told } from "../tabs.js";
import { chance, now } from "./clock.js";
import { Group } from "./group.js";
import { LINGER, Locks, type Release } from "./locks.js";
import { ANSWER, Watch } from "./watch.js";
import { isWord, LONGEST, type Kind, type Word } from "./words.js";

/** How long a link that has come waits for the word of those that wait already, in ms. */
const INQUIRY = 1000;
/** What the server itself refused a link may be that link's alone: it comes so much later than it would, in ms, behind all others. */
const BEHIND = 2000;

/** RFC 6455 §7.4.1: the code of a connection that ended without a word. */
const NO_ANSWER = 1006;

type Phase =
  | "out" // no attempt is wanted
  | "waiting" // for the next one
  | "asking" // whether it may go
  | "trying" // it goes
  | "ready" // its line is there
  | "stable"; // and lasts

export class Share implements Tabs {
  readonly #group = new Group();
  readonly #locks: Locks;
  readonly #watch: Watch;
  #channel: BroadcastChannel | undefined;
  /** There is no channel because the page has left, or no attempt was made yet; else because each goes alone. */
  #away = true;
  /** The link was disposed of. */
  #closed = false;
  /** Others were heard of. */
  #hasCompany = false;
  #phase: Phase = "out";
  /** Answers the `turn()` that is asked. */
  #answer: (turn: number) => void = () => {};
  /** Since when. */
  #asked = 0;
  /** Tells a turn from those that it replaced. */
  #turns = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The group's state was asked for since this page came. */
  #known = false;
  /** Ends the wait for the answer. */
  #informed: (() => void) | undefined;
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

  constructor(
    readonly name: string,
    readonly options: Pick<ConnectOptions, "connectTimeout" | "resume" | "stableAfter">,
    readonly elsewhere: (retryIn: number) => void,
  ) {
    // Without locks it goes alone. An attempt that was robbed of its lock goes on, but is nobody else's.
    const robbed = () => (this.#speaks = false);
    this.#locks = new Locks(name, () => this.#mute(), robbed);
    this.#watch = new Watch(
      this.#locks,
      () => this.#say("ask"),
      (release) => this.#proceed(release),
    );
  }

  comeBack(): void {
    if (!this.#away || this.#closed) return;
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
    this.#mute();
    this.#away = true;
  }

  close(): void {
    this.#closed = true;
    this.leave();
  }

  #mute(): void {
    this.#channel?.close();
    this.#channel = undefined;
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
    const release = await this.#locks.take();
    if (turn != this.#turns) return release?.();
    if (urgent || release) return this.#proceed(release, urgent);
    // Its failure is told already, and the lock lingers.
    if (!this.#group.isDue()) return this.#hold();
    this.#watch.look();
  }

  /** Asks those that wait how the group stands, if there are any. */
  async #inquire(): Promise<void> {
    const turn = this.#turns;
    const isMarked = await this.#locks.isMarked();
    if (turn != this.#turns) return;
    if (isMarked) {
      await new Promise<void>((informed) => {
        this.#informed = informed;
        this.#timer = setTimeout(informed, INQUIRY);
        this.#say("how");
      });
      this.#informed = undefined;
    }
    this.#known = true;
  }

  /** The lock is this link's, if it needs it. */
  #proceed(release: Release | undefined, urgent = false): void {
    this.#locks.keep(release);
    if (urgent || this.#group.isDue() || this.#group.cut()) this.#begin(true);
    else this.#hold();
  }

  #begin(speaks: boolean, spread = 0, isLate = this.#isLate(0)): void {
    if (isLate) {
      this.#settle("waiting");
      this.#steps++;
      if (speaks) this.#locks.linger(ANSWER);
      else this.#locks.letGo();
      if (!speaks) this.#joins = now() + ANSWER + spread;
      return this.#answer(1 + Math.round(spread));
    }
    this.#settle("trying");
    if (!speaks) this.#locks.letGo();
    this.#speaks = speaks;
    this.#told = false;
    this.#joins = -Infinity;
    this.#base = this.#group.failures;
    this.#own = speaks ? this.#group.begin() : this.#group.round;
    if (speaks) this.#say("try");
    this.#answer(0);
  }

  /** Not now: as long as the group waits. */
  #hold(): void {
    const wait = this.#rest();
    this.#settle("waiting");
    this.#locks.letGo();
    this.#steps++;
    this.#answer(wait);
  }

  /** How long the group waits yet; this link a little longer, if another is to go first. */
  #rest(): number {
    const stagger = this.#last ? 0 : isHidden() ? 1000 + chance(500) : 500 + chance(1000);
    return Math.ceil(this.#group.left() + stagger);
  }

  /** The turn has used up too much of the attempt's time, or soon will have: it is to be asked for anew. */
  #isLate(soon: number): boolean {
    const { connectTimeout = 10_000 } = this.options;
    return this.#phase == "asking" && now() + soon > this.#asked + connectTimeout / 2;
  }

  told({ state, previous, reason, retryIn, code }: Told): void {
    if (!this.#channel) return;
    if (state == "ready") return this.#line("ready");
    if (state == "connecting") return;
    // Where the page's own functions fail, no server was asked: another's may not.
    if (retryIn == undefined || reason == "auth" || reason == "url") return this.#end();
    // What this file itself has brought about, and waits that only became others, are no news.
    if (reason == "elsewhere" || (previous != "connecting" && previous != "ready")) return;
    // The timer may be late.
    if (this.#phase == "ready" && now() >= this.#stableAt) this.#line("stable");
    if (this.#phase == "trying" || this.#phase == "ready") this.#fail(retryIn, code != undefined && code != NO_ANSWER);
    else this.#lose();
  }

  /** The line is there, or has lasted. */
  #line(phase: "ready" | "stable"): void {
    if (this.#phase != "trying" && this.#phase != "ready") return;
    this.#settle(phase);
    const isStable = phase == "stable";
    const { isFailing, isShaky } = this.#group;
    if (isStable) this.#steps = 0;
    else {
      const { stableAfter = 5000 } = this.options;
      this.#stableAt = now() + stableAfter;
      this.#timer = setTimeout(() => this.#line("stable"), stableAfter);
      // While nobody has failed there is nothing to spare a server; once it has, an open socket may be a proxy's.
      if (isShaky || (isFailing && !this.options.resume)) return;
    }
    // Where others wait, that a line lasts is news whoever's it is.
    if (!(isStable && isFailing) && (!this.#speaks || this.#told)) return;
    this.#told = true;
    this.#recover();
    this.#say("ok");
    this.#locks.letGo();
  }

  /** The attempt failed, or its line was not stable; because the server said so, or not. */
  #fail(retryIn: number, isAnswered: boolean): void {
    const group = this.#group;
    this.#steps++;
    if (this.#told) group.isShaky = true;
    // One that came late is at the foot of its ladder, while the group is up on its own.
    const isBehind = this.#base >= this.#steps;
    const wait = Math.min(LONGEST, Math.max(retryIn, isBehind ? Math.max(group.wait, group.left()) : 1));
    const isLast = isAnswered && this.#hasCompany;
    const own = isLast ? wait + BEHIND : wait;
    this.#settle("waiting");
    this.#counted = Math.max(this.#counted, this.#own);
    // Who was robbed of the lock has nothing to say about the group any more.
    if (this.#own == group.round) {
      group.fail({ failures: Math.max(this.#base + 1, this.#steps), due: wait, wait, said: Date.now() });
      this.#last = !isLast;
      this.#say("failed");
      this.#locks.linger(LINGER);
    } else this.#locks.letGo();
    this.#mark();
    if (own <= retryIn) return;
    this.#steps++;
    this.elsewhere(Math.ceil(own));
  }

  /** A line that was stable is lost, or nothing came of a turn in time. */
  #lose(): void {
    const wasStable = this.#phase == "stable";
    this.#settle("waiting");
    this.#locks.letGo();
    if (!wasStable || !this.#group.hasJustFailed()) return;
    this.#counted = this.#group.round;
    this.#steps++;
    this.elsewhere(this.#rest());
  }

  #end(): void {
    const isAwaited = this.#isFlying();
    this.#settle("out");
    if (isAwaited) this.#say("free");
    this.#locks.letGo();
  }

  #settle(phase: Phase): void {
    clearTimeout(this.#timer);
    this.#watch.stop();
    this.#informed = undefined;
    this.#joining = false;
    this.#turns++;
    this.#phase = phase;
    this.#mark();
  }

  #mark(): void {
    this.#locks.mark(this.#isDown());
  }

  #say(kind: Kind): void {
    this.#channel?.postMessage(this.#group.word(kind));
  }

  #hear(word: Word): void {
    const { kind, round } = word;
    this.#hasCompany = true;
    if (kind == "how") {
      if (this.#isDown()) this.#say("stands");
      else if (this.#isFlying()) this.#say("alive");
      return;
    }
    if (kind == "stands") return this.#learn(word);
    // A failure that was overtaken is no news. Who has only now come may not know the round of what it asks for.
    if (round < this.#group.round && (kind == "failed" || kind == "free")) return;
    this.#group.reach(round);
    if (kind == "ask") {
      if (this.#isFlying()) this.#say("alive");
      else if (this.#isWatching()) this.#watch.listen();
    } else if (kind == "try" || kind == "alive") {
      this.#watch.see();
      this.#group.takeCuts(word.cuts);
      if (this.#isWatching()) this.#watch.wait();
    } else if (kind == "ok") {
      this.#recover();
      this.#join();
    } else {
      this.#watch.lose();
      if (kind == "failed") this.#share(word);
      else if (this.#isWatching()) this.#watch.replace();
    }
  }

  #learn(word: Word): void {
    if (!this.#informed) return;
    this.#group.reach(word.round);
    this.#group.isShaky = word.shaky;
    this.#group.takeCuts(word.cuts);
    this.#group.fail(word);
    this.#last = false;
    this.#informed();
  }

  /** Another's failure. */
  #share(word: Word): void {
    const { round, shaky } = word;
    this.#group.isShaky ||= shaky;
    const isWaiting = this.#phase == "waiting" || this.#phase == "asking";
    // One of the same round that failed too, after an `ok`: each goes by its own.
    if (isWaiting && round <= this.#counted) return;
    this.#group.fail(word);
    this.#last = false;
    if (!isWaiting) return;
    this.#counted = round;
    if (this.#phase == "asking") return this.#informed ? this.#informed() : this.#hold();
    this.#settle("waiting");
    this.#steps++;
    this.elsewhere(this.#rest());
  }

  #recover(): void {
    this.#group.recover();
    this.#watch.lose();
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
      this.#watch.stop();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(go, spread);
    }
  }

  /** This link waits, and the last attempt failed. */
  #isDown(): boolean {
    return this.#group.isFailing && (this.#phase == "waiting" || this.#phase == "asking");
  }

  /** The others wait for the word of this link's attempt. */
  #isFlying(): boolean {
    return this.#speaks && !this.#told && (this.#phase == "trying" || this.#phase == "ready");
  }

  /** Waits for the word of an attempt that is under way elsewhere. */
  #isWatching(): boolean {
    return this.#phase == "asking" && !this.#informed && !this.#joining;
  }
}

function isHidden(): boolean {
  return !!globalThis.document?.hidden;
}
