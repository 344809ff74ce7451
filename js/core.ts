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
  ["InvalidStateError", "another link of this page has the name"],
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

  constructor(url: LinkUrl, options: ConnectOptions | undefined, onEvent: OnEvent, onMessage: OnMessage) {
    const host = new Host(new Settings(url, options), onEvent, onMessage);
    this.#handle = host.handle = glue.open(host);
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
    check(glue.reconnect(this.#handle));
  }

  newSession(): void {
    check(glue.new_session(this.#handle));
  }

  dispose(): void {
    this.#final ??= glue.dispose(this.#handle);
  }

  snapshot(): Snapshot {
    return snapshotOf(this.#final ?? glue.snapshot(this.#handle));
  }
}

class Host {
  handle = -1;
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

  /** What this and `set` throw has the id kept for as long as the page, and a warning told. */
  get(key: string): string | undefined {
    return this.#settings.store.get(key) ?? undefined;
  }

  set(key: string, value?: string): void {
    const { store } = this.#settings;
    if (value == undefined) store.remove(key);
    else store.set(key, value);
  }

  /** Asks the page's functions. Without any, the answer comes within the call. */
  async address(attempt: number, query: string, renew: boolean): Promise<void> {
    const { auth, accessParam, sessionParam, projectParam, kind } = this.#settings.own;
    let asking = false;
    let target: string | undefined;
    try {
      const { url } = this.#settings;
      const complete = new URL(address(typeof url == "function" ? await url() : url));
      const add = (name: string, value: string) => complete.searchParams.set(name, value);
      const names: Record<string, string | undefined> = { sessionId: sessionParam, projectId: projectParam };
      for (const [name, value] of new URLSearchParams(query)) add(names[name] ?? name, value);
      if (kind) add("kind", kind);
      asking = true;
      if (auth) {
        const token = await auth({ renew });
        if (typeof token != "string") throw token;
        add(accessParam ?? "access", token);
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

function check(refusal: number): void {
  if (!refusal) return;
  const [name, message] = REFUSALS[refusal - 1]!;
  throw name == "TypeError" ? new TypeError(message) : new DOMException(message, name);
}
