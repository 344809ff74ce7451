import { Signal } from "./browser.js";
import type { LinkEventMap, LinkState } from "./events.js";
import { Held, size } from "./held.js";
import { Host } from "./host.js";
import type { Parts } from "./load.js";
import type { ConnectOptions, LinkUrl } from "./options.js";
import { type Snapshot, snapshotOf } from "./snapshot.js";
import { passBytes, passText, wasm } from "./memory.js";

type Listener<Type extends keyof LinkEventMap> =
  ((this: Link, event: LinkEventMap[Type]) => unknown) | { handleEvent(event: LinkEventMap[Type]): unknown };

/** Events that keep their places among the messages. */
const AMONG = ["reset", "resumed", "gap", "size", "exit"];

/**
 * One terminal's line. Made by `connect()`, it lives until `close()` or `dispose()`, through any number of connections. Only
 * `dispose()` frees it: a closed one may be opened again.
 *
 * What a call of yours brings about before that first task, `close()` say, is dispatched within the call.
 *
 * Nothing is dispatched before the task after `connect()` resolved, so that listeners can be added in peace. Messages wait
 * longer, for the first `message` listener: up to 4 MiB and 1,024 of them, after which the oldest are dropped with one `warning`.
 */
export class Link extends EventTarget {
  readonly #host: Host;
  readonly #held: Held;
  readonly #abort = () => this.dispose();
  /** What the last `pace()` returned. */
  #pacing: unknown;
  /** Bytes that were dispatched and not processed. */
  #unprocessed = 0;
  /** The last snapshot of a link that was disposed of. */
  #final: Snapshot | undefined;
  /** @internal */
  constructor(url: LinkUrl, options: ConnectOptions = {}, parts: Parts) {
    super();
    this.#host = new Host(
      url,
      options,
      (type, detail) => (AMONG.includes(type) ? this.#held.take({ type, detail }) : this.#emit(type, detail)),
      (data) => this.#held.take(data),
      parts,
    );
    this.#held = new Held(
      (data) => {
        if (typeof data != "string" && "detail" in data) return this.#emit(data.type, data.detail);
        const bytes = size(data);
        this.#unprocessed += bytes;
        this.dispatchEvent(new MessageEvent("message", { data }));
        if (!this.#pacing) this.#process(bytes);
      },
      () => this.#emit("warning", { reason: "unread" }),
      this.#host.options.resume,
    );
    const { signal } = this.#host.options;
    signal?.throwIfAborted();
    if (!this.#host.claim()) throw new TypeError("name: must differ from that of every other live link to the project");
    signal?.addEventListener("abort", this.#abort);
    parts.debug?.(this);
  }

  /** @internal */
  async start(): Promise<this> {
    await this.#host.find();
    // It was disposed of, and its name is another's to have.
    this.#host.options.signal?.throwIfAborted();
    this.#host.open();
    return this;
  }

  /** Where the link stands. */
  get state(): LinkState {
    return this.snapshot().state;
  }

  /** The session's id, the same on both ends. */
  get sessionId(): string {
    return this.snapshot().sessionId;
  }

  /** The key that servers store the session under: `<sessionId>:<projectId>`. */
  get sessionKey(): string {
    return this.snapshot().sessionKey;
  }

  /** Bytes given to `send()` that have not left yet: queued here or in the browser. */
  get bufferedAmount(): number {
    return this.snapshot().bufferedAmount;
  }

  /**
   * Sends text or bytes. Without a connection they are queued, in order, within the bounds of the `queue` option; what leaves
   * the queue unsent is said by a `dropped` event.
   *
   * @throws DOMException `InvalidStateError`, if the link is closed or superseded.
   * @throws DOMException `QuotaExceededError`, if the queue is full; a `dropped` event says so too.
   */
  send(data: string | ArrayBuffer | ArrayBufferView): void {
    const { handle } = this.#host;
    check(
      typeof data == "string"
        ? wasm.send_text(handle, ...passText(data))
        : wasm.send_bytes(handle, ...passBytes(bytes(data))),
    );
  }

  /**
   * Tells the server the terminal's size in cells, each side in 1..=65535. It is state, not an event: the latest is sent with each
   * new connection too. Needs the option `control`.
   *
   * @throws TypeError, if a side is out of range.
   */
  resize(cols: number, rows: number): void {
    if (![cols, rows].every((side) => Number.isInteger(side) && side > 0 && side < 65536))
      throw new TypeError("cols, rows: must be in 1..=65535");
    // A size is state: a link that was disposed of has none to keep.
    wasm.resize(this.#host.handle, cols, rows);
  }

  /**
   * With `resume`: says that from now on the caller tells how much of the messages its terminal has processed, by the function returned,
   * in bytes since the last call. Without, whatever is dispatched counts as processed. The server sends no more than its window (256 KiB)
   * ahead of that, so that a terminal which is slow holds its program up. A function that an earlier call returned does nothing any more.
   * Called without a number it ends this: all counts as processed again.
   */
  pace(): (bytes?: number) => void {
    // What an earlier terminal had not processed is nobody's any more.
    this.#process(this.#unprocessed);
    const processed = (bytes?: number) => {
      if (bytes !== undefined && !(Number.isInteger(bytes) && bytes >= 0))
        throw new TypeError("bytes: must be a whole number from 0");
      if (this.#pacing != processed) return;
      if (bytes == undefined) this.#pacing = undefined;
      this.#process(bytes ?? this.#unprocessed);
    };
    return (this.#pacing = processed);
  }

  /**
   * Closes the link, and with 1000 ends the session; only `reconnect()` opens it again.
   *
   * @param code 1000 (the default) or 3000 to 4999; else a DOMException `InvalidAccessError` is thrown.
   * @param reason at most 123 bytes of UTF-8; else a DOMException `SyntaxError` is thrown.
   */
  close(code = 1000, reason = ""): void {
    check(
      wasm.close(this.#host.handle, Number.isInteger(code) && code > 0 && code < 5000 ? code : 0, ...passText(reason)),
    );
  }

  /**
   * Connects now: cuts a wait short, replaces a line that seems dead, takes the session back from another page, opens a closed link.
   *
   * @throws DOMException `InvalidStateError`, if the link was disposed of, or another link of this page has its name by now.
   */
  reconnect(): void {
    this.#wish(Signal.Reconnect);
  }

  /** Ends the session and begins another, with an id of its own. Throws as `reconnect()` does. */
  newSession(): void {
    this.#wish(Signal.NewSession);
  }

  /** Lets go of the session without ending it, for good: a page that connects under the same name finds it again. */
  dispose(): void {
    if (this.#final) return;
    wasm.signal(this.#host.handle, Signal.Dispose);
    this.#final = this.snapshot();
    this.#host.forget();
    this.#host.options.signal?.removeEventListener("abort", this.#abort);
  }

  /** State and counters as one plain object, to show or to log. */
  snapshot(): Snapshot {
    return this.#final ? { ...this.#final } : snapshotOf(this.#host);
  }

  override addEventListener<Type extends keyof LinkEventMap>(
    type: Type,
    listener: Listener<Type> | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListener | null, options);
    if (type === "message" && listener) this.#held.release();
  }

  override removeEventListener<Type extends keyof LinkEventMap>(
    type: Type,
    listener: Listener<Type> | null,
    options?: boolean | EventListenerOptions,
  ): void {
    super.removeEventListener(type, listener as EventListener | null, options);
  }

  #process(bytes: number): void {
    this.#unprocessed -= bytes;
    wasm.processed(this.#host.handle, bytes);
  }

  #wish(signal: Signal): void {
    if (!this.#final && !this.#host.claim()) check(5);
    this.#host.urgent = true;
    check(wasm.signal(this.#host.handle, signal));
  }

  #emit(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Why a call was refused, by the number that Rust gives (and 5 of our own): the error's name and message. */
const REFUSALS = [
  ["InvalidStateError", "the link is closed"],
  ["InvalidStateError", "another page has the session"],
  ["InvalidStateError", "the link was disposed of"],
  ["QuotaExceededError", "the queue is full (queue.bytes, queue.messages)"],
  ["InvalidStateError", "another link of this page has the name"],
  ["InvalidAccessError", "code: must be 1000 or in 3000..=4999"],
  ["SyntaxError", "reason: must have at most 123 bytes of UTF-8"],
] as const;

function check(refusal: number): void {
  const [name, message] = REFUSALS[refusal - 1] ?? [];
  if (name) throw new DOMException(message, name);
}

function bytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw new TypeError("data: must be a string, an ArrayBuffer or a view of one");
}
