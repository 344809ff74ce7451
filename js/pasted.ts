import type { Dropped } from "./events.js";
import type { Link } from "./link.js";

const BEGIN = "\x1b[200~";
const END = "\x1b[201~";

/**
 * Follows a bracketed paste through the link. A program that got its beginning waits for its end, and takes all that is typed for part
 * of it. So where the rest was dropped, the end alone is sent.
 */
export class Pasted {
  /** Where the latest lies in this page's input. */
  #from = 0;
  #to = 0;
  /** Bytes that waited for too long since the line was lost. */
  #expired = 0;

  constructor(private readonly link: Link) {}

  /** Gives text to the link by `send`, which says whether it was taken, in so many bytes. */
  follow(text: string, bytes: number, send: () => boolean): void {
    // What is pasted while the line is down is short, and kept or dropped whole.
    const isPaste = text.startsWith(BEGIN) && text.endsWith(END) && this.link.state === "ready";
    const { inputSent, queuedBytes } = isPaste ? this.link.snapshot() : { inputSent: 0, queuedBytes: 0 };
    if (!send() || !isPaste) return;
    const from = inputSent + queuedBytes;
    // One that follows on another is part of it.
    if (inputSent >= this.#to) this.#from = from;
    this.#to = from + bytes;
  }

  /** Something was dropped. */
  dropped({ reason, bytes }: Dropped): void {
    // What waited too long, and went to a connection before, is dropped from where the server's count ends.
    if (reason === "expired") this.#expired += bytes;
  }

  /** The shell is another. */
  forget(): void {
    this.#to = 0;
  }

  /** The line is back, and so many bytes were taken while it was away: those that have not expired are sent now. */
  resumed(taken: number): void {
    if (!this.#expired) return;
    const since = Math.max(0, taken - this.#expired);
    this.#expired = 0;
    const { inputSent } = this.link.snapshot();
    if (this.#from < inputSent && inputSent - since < this.#to) this.link.send(new TextEncoder().encode(END));
    this.forget();
  }
}
