// One link as Rust has it: a handle, and a host that Rust asks and tells.
import * as glue from "relatch-glue";
import type { ConnectOptions, LinkUrl } from "./options.js";
import { address, Settings } from "./settings.js";
import { type Snapshot, snapshotOf } from "./snapshot.js";

/** Why a call was refused, by the number that Rust gives: the DOMException's name and message. */
const REFUSALS = [
  ["InvalidStateError", "the link is closed"],
  ["InvalidStateError", "another page has the session"],
  ["InvalidStateError", "the link was disposed of"],
  ["QuotaExceededError", "the queue is full (queue.bytes, queue.messages)"],
  ["TypeError", "cols, rows: must be in 1 to 65535"],
  ["InvalidAccessError", "code: must be 1000 or in 3000 to 4999"],
  ["SyntaxError", "reason: must have at most 123 bytes of UTF-8"],
] as const;

type OnEvent = (type: string, detail: object) => void;
type OnMessage = (data: ArrayBuffer | string) => void;

export class LinkCore {
  readonly #handle: number;
  /** The last snapshot of a link that was disposed of. */
  #final: unknown;

  readonly #host: Host;

  constructor(url: LinkUrl, options: ConnectOptions | undefined, onEvent: OnEvent, onMessage: OnMessage) {
    const settings = new Settings(url, options);
    if (!claim(settings.place))
      throw new TypeError("name: must differ from that of every other live link to the project");
    this.#host = new Host(settings, onEvent, onMessage);
    this.#handle = this.#host.handle = glue.open(this.#host);
    const signal = options?.signal;
    if (signal?.aborted) this.dispose();
    else signal?.addEventListener("abort", () => this.dispose(), { once: true });
  }

  send(data: string | ArrayBuffer | ArrayBufferView): void {
    if (typeof data == "string") check(glue.send_text(this.#handle, data));
    else check(glue.send_bytes(this.#handle, bytes(data)));
  }

  resize(cols: number, rows: number): void {
    check(glue.resize(this.#handle, cols, rows));
  }

  close(code = 1000, reason = ""): void {
    check(glue.close(this.#handle, Number.isInteger(code) && code < 5000 ? code : 0, reason));
  }

  reconnect(): void {
    this.#host.claim();
    check(glue.reconnect(this.#handle));
  }

  newSession(): void {
    this.#host.claim();
    check(glue.new_session(this.#handle));
  }

  dispose(): void {
    this.#final ??= glue.dispose(this.#handle);
    this.#host.release();
  }

  snapshot(): Snapshot {
    return snapshotOf(this.#final ?? glue.snapshot(this.#handle));
  }
}

class Host {
  handle = -1;
  #claimed = true;
  readonly #settings: Settings;
  readonly #onEvent: OnEvent;
  readonly message: OnMessage;

  constructor(settings: Settings, onEvent: OnEvent, onMessage: OnMessage) {
    this.#settings = settings;
    this.#onEvent = onEvent;
    this.message = onMessage;
  }

  text(place: number): string | undefined {
    return this.#settings.texts[place];
  }

  number(place: number): number {
    return this.#settings.numbers[place] ?? NaN;
  }

  protocols(): string[] {
    return [this.#settings.own.protocols ?? []].flat();
  }

  get(key: string): string | undefined {
    return this.#settings.store.get(key) ?? undefined;
  }

  set(key: string, value?: string): void {
    const { store } = this.#settings;
    if (value == undefined) store.remove(key);
    else store.set(key, value);
  }

  /** Takes the link's name again, after it was closed. */
  claim(): void {
    if (this.#claimed || claim(this.#settings.place)) this.#claimed = true;
    else throw new DOMException("another link of this page has the name", "InvalidStateError");
  }

  release(): void {
    if (this.#claimed) claimed.delete(this.#settings.place);
    this.#claimed = false;
  }

  /** Asks the page's functions. Without any, the answer comes within the call. */
  async address(
    attempt: number,
    session: string,
    flags: number,
    inst: string,
    count: number,
    cols: number,
    rows: number,
  ): Promise<void> {
    const { url, own, texts } = this.#settings;
    let asking = false;
    let target: string | undefined;
    try {
      const complete = new URL(address(typeof url == "function" ? await url() : url));
      const add = (name: string, value: string | number | undefined) => {
        if (value) complete.searchParams.set(name, String(value));
      };
      add(own.sessionParam ?? "sessionId", session);
      add(own.projectParam ?? "projectId", texts[0]);
      add("kind", own.kind);
      if (own.control) {
        const says = {
          control: 1,
          inst,
          try: count,
          known: flags & 2 && 1,
          warm: flags & 4 && 1,
          take: flags & 8 && 1,
          cols,
          rows,
        };
        for (const [name, value] of Object.entries(says)) add(name, value);
      }
      asking = true;
      if (own.auth) {
        const token = await own.auth({ renew: (flags & 1) > 0 });
        if (typeof token != "string") throw token;
        complete.searchParams.set(own.accessParam ?? "access", token);
      }
      target = complete.href;
    } catch {
      // Rust is told which of the two failed.
    }
    glue.answer(this.handle, attempt, target, asking);
  }

  changed(
    state: string,
    previous: string,
    reason: string,
    attempt: number,
    retryIn: number,
    code: number,
    closeReason: string,
  ): void {
    const close = code ? { code, closeReason } : {};
    const retry = retryIn >= 0 ? { retryIn, retryAt: Date.now() + retryIn } : {};
    if (this.#settings.own.debug) console.debug("relatch:", previous, "->", state, reason, attempt, retry, close);
    const tell = this.#onEvent;
    if (state == "closed") this.release();
    if (this.#settings.storageFailed) tell("warning", { reason: "storage" });
    this.#settings.storageFailed = false;
    tell("statechange", { state, previous, reason, attempt, ...retry, ...close });
    if (state == "ready") tell("ready", { attempt });
    else if (state == "superseded") tell("superseded", close);
    else if (retryIn >= 0) tell("retry", { attempt, ...retry });
    else if (state == "closed") {
      if (reason == "stopped" || reason == "credentials") tell("error", { reason, ...close });
      tell("close", { reason, ...close });
    }
  }

  event(type: string, reason: string, first: number, second: number): void {
    const counts = type == "dropped" ? { messages: first, bytes: second, unknown: reason == "lost" } : {};
    this.#onEvent(type, first && type == "warning" ? { reason, code: first } : { reason, ...counts });
  }
}

function bytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (Object.prototype.toString.call(data) == "[object ArrayBuffer]") return new Uint8Array(data);
  throw new TypeError("data: must be a string, an ArrayBuffer or a view of one");
}

/** The places of this page's live links. */
const claimed = new Set<string>();

function claim(place: string): boolean {
  return !claimed.has(place) && !!claimed.add(place);
}

function check(refusal: number): void {
  if (!refusal) return;
  const [name, message] = REFUSALS[refusal - 1]!;
  throw name == "TypeError" ? new TypeError(message) : new DOMException(message, name);
}
