import { LinkCore } from "./core.js";
import type { LinkEventMap, LinkState } from "./events.js";
import { Held } from "./held.js";
import type { ConnectOptions, LinkUrl } from "./options.js";
import type { Snapshot } from "./snapshot.js";

type Listener<Type extends keyof LinkEventMap> =
  ((this: Link, event: LinkEventMap[Type]) => unknown) | { handleEvent(event: LinkEventMap[Type]): unknown };

/**
 * One terminal's line. Made by `connect()`, it lives until `close()` or `dispose()`, through any number of connections.
 *
 * Nothing is dispatched before the task after `connect()` resolved, so that listeners can be added in peace. Messages wait
 * longer, for the first `message` listener: up to 4 MiB and 1,024 of them, after which the oldest are dropped with one `warning`.
 */
export class Link extends EventTarget {
  readonly #core: LinkCore;
  readonly #held = new Held(
    (data) => this.dispatchEvent(new MessageEvent("message", { data })),
    () => this.#emit("warning", { reason: "unread" }),
  );

  /** @internal */
  constructor(url: LinkUrl, options: ConnectOptions | undefined) {
    super();
    this.#core = new LinkCore(
      url,
      options,
      (type, detail) => this.#emit(type, detail),
      (data) => this.#held.take(data),
    );
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
    this.#core.send(data);
  }

  /**
   * Tells the server the terminal's size in cells, each side in 1..=65535. It is state, not an event: the latest is sent with each
   * new connection too. Needs the option `control`.
   *
   * @throws TypeError, if a side is out of range.
   */
  resize(cols: number, rows: number): void {
    this.#core.resize(cols, rows);
  }

  /**
   * Closes the link, and with 1000 ends the session; only `reconnect()` opens it again.
   *
   * @param code 1000 (the default) or 3000 to 4999; else a DOMException `InvalidAccessError` is thrown.
   * @param reason at most 123 bytes of UTF-8; else a DOMException `SyntaxError` is thrown.
   */
  close(code?: number, reason?: string): void {
    this.#core.close(code, reason);
  }

  /**
   * Connects now: cuts a wait short, replaces a line that seems dead, takes the session back from another page, opens a closed link.
   *
   * @throws DOMException `InvalidStateError`, if the link was disposed of, or another link of this page has its name by now.
   */
  reconnect(): void {
    this.#core.reconnect();
  }

  /** Ends the session and begins another, with an id of its own. Throws as `reconnect()` does. */
  newSession(): void {
    this.#core.newSession();
  }

  /** Lets go of the session without ending it, for good: a page that connects under the same name finds it again. */
  dispose(): void {
    this.#core.dispose();
  }

  /** State and counters as one plain object, to show or to log. */
  snapshot(): Snapshot {
    return this.#core.snapshot();
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

  #emit(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
