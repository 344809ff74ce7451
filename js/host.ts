// What Rust asks of a page and tells it, for one link.
import * as glue from "relatch-glue";
import type { ConnectOptions, LinkStorage, LinkUrl } from "./options.js";
import { address, check, type Flat, isFunction, isObject, numbers } from "./settings.js";

/** The keys of this page's live links. */
const claimed = new Set<string>();

/** The ids of links that keep them for as long as the page. */
const memory = new Map<string, string>();
const inMemory: LinkStorage = {
  get: (key) => memory.get(key),
  set: (key, value) => memory.set(key, value),
  remove: (key) => memory.delete(key),
};

export class Host {
  /** The link's handle, once it has one. */
  handle = 0;
  readonly #flat: Flat;
  readonly #numbers: number[];
  /** Where the session's id is kept, which no other live link of this page may share. */
  readonly #key: string;
  #claimed = false;
  #failed = false;
  #warned = false;

  readonly url: string | (() => unknown);
  /** A copy: what was checked is what counts, whatever becomes of the page's object. */
  readonly options: ConnectOptions;

  constructor(
    url: LinkUrl,
    options: ConnectOptions,
    readonly tell: (type: string, detail: object) => void,
    readonly message: (data: ArrayBuffer | string) => void,
  ) {
    this.url = isFunction(url) ? url : address(url);
    this.options = isObject(options) ? { ...options } : options;
    const flat = (this.#flat = check(this.options));
    this.#numbers = numbers(flat, this.options.closeCodes);
    this.#key = `relatch:${flat.projectId}:${flat.name}`;
  }

  text(place: number): unknown {
    return this.#flat[["projectId", "name", "heartbeat.message"][place]!];
  }

  number(place: number): number {
    return this.#numbers[place] ?? NaN;
  }

  protocols(): string[] {
    return [this.options.protocols ?? []].flat();
  }

  get(key: string): unknown {
    return this.#store("get", key);
  }

  set(key: string, value?: string): void {
    this.#store(value == undefined ? "remove" : "set", key, value);
  }

  /** The page's memory serves where the option says so, and once a link's own place has failed. */
  #store(method: "get" | "set" | "remove", key: string, value = ""): unknown {
    const { storage = "session" } = this.options;
    if (storage != "memory" && !this.#failed) {
      try {
        const found =
          typeof storage == "object"
            ? storage[method](key, value)
            : (storage == "session" ? sessionStorage : localStorage)[`${method}Item`](key, value);
        if (!isObject(found)) return found;
        // A promise, perhaps: what it becomes comes too late.
        Promise.resolve(found).catch(() => {});
      } catch {
        // The memory serves.
      }
      this.#failed = true;
    }
    return inMemory[method](key, value);
  }

  /** Whether storage has failed and nobody was told. */
  #warn(): void {
    if (this.#failed && !this.#warned) {
      this.#warned = true;
      this.tell("warning", { reason: "storage" });
    }
  }

  /** Takes the link's name; `false` if another link of this page has it. */
  claim(): boolean {
    if (!this.#claimed && claimed.has(this.#key)) return false;
    claimed.add(this.#key);
    return (this.#claimed = true);
  }

  release(): void {
    if (this.#claimed) claimed.delete(this.#key);
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
    const { url, options: own } = this;
    let asking = false;
    let target: string | undefined;
    try {
      const complete = new URL(address(isFunction(url) ? await url() : url));
      const add = (name: string, value: string | number | undefined) => {
        if (value) complete.searchParams.set(name, String(value));
      };
      add(own.sessionParam ?? "sessionId", session);
      add(own.projectParam ?? "projectId", this.#flat.projectId as string);
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
    if (this.options.debug) console.debug("relatch:", previous, "->", state, reason, attempt, retry, close);
    const tell = this.tell;
    this.#warn();
    // A listener may have opened the link again before this is told.
    if (state == "closed" && ((glue.snapshot(this.handle) as string[] | undefined)?.[0] ?? state) == state)
      this.release();
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
    this.tell(type, first && type == "warning" ? { reason, code: first } : { reason, ...counts });
  }
}
