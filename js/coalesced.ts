/** How far apart two calls are at the least. */
const APART_MS = 200;

/** A call that may be wished for many times in a row: it is made at once, then at most each 200 ms, and once more after the last wish. */
export class Coalesced {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;

  constructor(private readonly call: () => void) {}

  /** Wishes for the call. */
  wish(): void {
    this.#isDue = true;
    if (this.#timer === undefined) this.flush();
  }

  /** Makes the call now, if one is due. */
  flush(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, APART_MS);
    this.call();
  }

  /** Makes the call, if one is due, and none by itself any more. */
  dispose(): void {
    this.flush();
    clearTimeout(this.#timer);
  }
}
