// Looks after an attempt that is under way elsewhere, for a link that waits for the word of it.

import { chance, now } from "./clock.js";
import type { Locks, Release } from "./locks.js";

/** Without any sign of it there are doubts after this long, in ms, and a random part of `SPREAD` more. */
const QUIET = 1000;
const SPREAD = 500;
/** So long, and a part of `SPREAD`, a page that is asked has for its answer. */
export const ANSWER = 1500;

export class Watch {
  /** When there was last a sign of it. */
  #sign = -Infinity;
  /** How often another was about to take the lock of a page that stands still. */
  #refusals = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Tells a watch from those before it. */
  #count = 0;

  /**
   * @param ask whether the attempt is still under way.
   * @param go the lock of the attempt is free, or was taken from a page that stands still.
   */
  constructor(
    readonly locks: Locks,
    readonly ask: () => void,
    readonly go: (release: Release) => void,
  ) {}

  /** It was heard of. */
  see(): void {
    this.#sign = now();
    this.#refusals = 0;
  }

  /** It is over. */
  lose(): void {
    this.#sign = -Infinity;
  }

  /** This link waits for it no more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#count++;
  }

  /** Waits for the next sign. */
  wait(): void {
    this.#later(() => this.#doubt(), Math.max(0, this.#sign + QUIET - now()) + chance(SPREAD));
  }

  /** It ended, and nobody says how. */
  replace(): void {
    this.#later(() => this.#doubt(), chance(SPREAD));
  }

  /** The lock is held: what holds it is asked, unless it was heard of just now. */
  look(): void {
    if (now() < this.#sign + QUIET) return this.wait();
    this.ask();
    this.listen();
  }

  /** Somebody has asked: an answer comes, or the page that tries stands still. */
  listen(): void {
    this.#later(() => this.#rob(), ANSWER + chance(SPREAD));
  }

  /** Nothing was heard of it. If its page is gone, so is the lock. */
  async #doubt(): Promise<void> {
    const count = this.#count;
    const release = await this.locks.take();
    if (count != this.#count) return release?.();
    if (release) this.go(release);
    else this.look();
  }

  async #rob(): Promise<void> {
    const count = this.#count;
    const release = await this.locks.rob(() => this.#refusals++ == 0);
    if (count != this.#count) return release?.();
    if (release) this.go(release);
    else this.listen();
  }

  #later(what: () => Promise<void>, wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void what(), wait);
  }
}
