const MOST_BYTES = 4 * 1024 * 1024;
const MOST_MESSAGES = 1024;

/** An event that has its place among the messages: a `reset`, say. */
export interface Among {
  type: string;
  detail: object;
}

export type Data = ArrayBuffer | string | Among;

/**
 * Keeps messages until somebody listens, then hands each on as it comes.
 *
 * It holds at most 4 MiB (a string's characters counted as bytes) and 1,024 messages; beyond that the oldest go, and
 * `onOverflow` is called, once. With resume nothing goes: the server sends no more than its window ahead.
 */
export class Held {
  #waiting: Data[] | undefined = [];
  #bytes = 0;
  #overflowed = false;
  #releasing = false;

  constructor(
    private readonly deliver: (data: Data) => void,
    private readonly onOverflow: () => void,
    private readonly keepsAll = false,
  ) {}

  /** Takes a message in: to be delivered now, or kept. */
  take(data: Data): void {
    if (!this.#waiting) return this.deliver(data);
    this.#waiting.push(data);
    this.#bytes += size(data);
    if (this.keepsAll) return;
    while (this.#bytes > MOST_BYTES || this.#waiting.length > MOST_MESSAGES) this.#dropOldest(this.#waiting);
  }

  /** Delivers what was kept, in order, once the running code has ended, so that the listener's owner can finish its set-up. */
  release(): void {
    if (this.#releasing) return;
    this.#releasing = true;
    queueMicrotask(() => {
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const data of waiting) this.deliver(data);
    });
  }

  #dropOldest(waiting: Data[]): void {
    this.#bytes -= size(waiting.shift() ?? "");
    if (this.#overflowed) return;
    this.#overflowed = true;
    this.onOverflow();
  }
}

/** A message's length, in bytes; for a string in characters. */
export function size(data: Data): number {
  if (typeof data === "string") return data.length;
  return "byteLength" in data ? data.byteLength : 0;
}
