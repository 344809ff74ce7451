// What a link knows about the attempts of all that share its budget.

import { now } from "./clock.js";
import { CUTS, SPAN, type Kind, type Word } from "./words.js";

/** A timer may fire a little early, in ms. */
const EARLY = 100;
/** A stable line that is lost so soon after a failure elsewhere, in ms, was lost for the same cause. */
const SAME_CAUSE = 5000;

export class Group {
  /** The last attempt failed. */
  isFailing = false;
  /** Failures came after an `ok`. */
  isShaky = false;
  /** The newest attempt that was heard of. */
  round = 0;
  /** In a row. */
  failures = 0;
  /** The last wait from its beginning, in ms. */
  wait = 0;
  #due = -Infinity;
  /** When the last failure became known. */
  #failed = -Infinity;
  #cuts: number[] = [];

  /** A new attempt: its round. */
  begin(): number {
    return (this.round = Math.max(this.round + 1, Date.now()));
  }

  /** There is news of this attempt. */
  reach(round: number): void {
    this.round = Math.max(this.round, round);
  }

  /** An attempt failed, and the next one is due so many ms after that was said. */
  fail({ failures, due, wait, said }: Pick<Word, "failures" | "due" | "wait" | "said">): void {
    this.isFailing = true;
    this.failures = failures;
    this.wait = wait;
    this.#failed = now();
    // A clock that was set meanwhile makes it no later.
    const late = Math.max(0, Date.now() - said);
    this.#due = now() + Math.max(0, due - late);
  }

  /** The server is there. */
  recover(): void {
    this.isFailing = this.isShaky = false;
    this.failures = this.wait = 0;
    this.#due = -Infinity;
  }

  isDue(): boolean {
    return now() >= this.#due - EARLY;
  }

  /** Until the next attempt is due, in ms. */
  left(): number {
    return Math.max(1, this.#due - now());
  }

  /** Whether a stable line that is lost now was lost to what made the last attempt fail. */
  hasJustFailed(): boolean {
    return this.isFailing && !this.isDue() && now() <= this.#failed + SAME_CAUSE;
  }

  /** Cuts the wait, if the group has not done so too often. */
  cut(): boolean {
    const isAllowed = this.#lately().length < CUTS;
    if (isAllowed) this.#cuts.push(now());
    return isAllowed;
  }

  /** Whoever tells of more cuts knows better. */
  takeCuts(cuts: number[]): void {
    if (cuts.length > this.#lately().length) this.#cuts = cuts.map((ago) => now() - ago);
  }

  /** The cuts that count yet. */
  #lately(): number[] {
    return (this.#cuts = this.#cuts.filter((at) => at > now() - SPAN));
  }

  /** All of it, for others. */
  word(kind: Kind): Word {
    const { round, failures, wait, isShaky } = this;
    const due = Math.max(0, this.#due - now());
    return {
      relatch: 1,
      kind,
      round,
      failures,
      due,
      said: Date.now(),
      wait,
      shaky: isShaky,
      cuts: this.#lately().map((at) => now() - at),
    };
  }
}
