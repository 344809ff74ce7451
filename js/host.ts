// What Rust asks of a page and tells it, for one link.
import { Browser, Signal } from "./browser.js";
import { hosts } from "./calls.js";
import type { Parts } from "./load.js";
import { SessionLock } from "./lock.js";
import type { StateChange } from "./events.js";
import { DROPS, OUTCOMES, REASONS, RESETS, STATES } from "./names.js";
import type { ConnectOptions, LinkStorage, LinkUrl } from "./options.js";
import { address, check, fail, type Flat, isFunction, isObject, isText, numbers } from "./settings.js";
import { AT_RISK } from "./snapshot.js";
import type { Tabs } from "./tabs.js";
import { bytesAt, encoder, type Passed, passText, textAt, wasm } from "./memory.js";

/** The keys of this page's live links. */
const claimed = new Set<string>();

/** The ids of links that keep them for as long as the page. */
const memory = new Map<string, string>();
const inMemory: LinkStorage = {
  get: (key) => memory.get(key),
  set: (key, value) => memory.set(key, value),
  remove: (key) => memory.delete(key),
};

/** What is kept beside a session's id: its secret, and how much a page that went had typed without knowing it to have arrived. */
type Beside = "" | ":secret" | ":lost";

export class Host extends Browser {
  /** The session's id. */
  session = "";
  /** A copy: what was checked is what counts, whatever becomes of the page's object. */
  override readonly options: ConnectOptions;
  readonly #url: string | (() => unknown);
  readonly #flat: Flat;
  readonly #numbers: number[];
  /** Where the session's id is kept, which no other live link of this page may share. */
  readonly #key: string;
  #claimed = false;
  #failed = false;
  #warned = false;
  #secret = "";
  readonly #lock = new SessionLock();
  /** What the present attempt's hello says of the page: its life, its count, `resume` and `take`, and the access token. */
  #claim: object = {};
  #attempt = 0;
  /** Bytes that an earlier page of this session had typed, and may have lost. */
  #lost = 0;
  /** The budget of attempts that this link shares with others. */
  readonly #tabs: Tabs | undefined;
  /** The user wants the next attempt now, whatever the others do. */
  urgent = false;
  readonly failuresByCode: Record<number, number> = {};

  constructor(
    url: LinkUrl,
    options: ConnectOptions,
    readonly tell: (type: string, detail: object) => void,
    override readonly message: (data: ArrayBuffer | string) => void,
    { probe, tabs }: Parts,
  ) {
    super();
    this.#url = isFunction(url) ? url : address(url);
    this.options = isObject(options) ? { ...options } : options;
    const flat = (this.#flat = check(this.options));
    this.#numbers = numbers(flat, this.options.closeCodes);
    this.#key = `relatch:${flat.projectId}:${flat.name}`;
    const { sharedRetries } = this.options;
    if (sharedRetries === true && isFunction(url)) fail("sharedRetries", "a name, since url is a function");
    this.probe = probe;
    const name = sharedRetries === true ? (this.#url as string) : sharedRetries;
    if (name) this.#tabs = tabs?.(name, this.options, (retryIn) => wasm.elsewhere(this.handle, retryIn));
  }

  /** Finds the session. */
  async find(): Promise<void> {
    const { resume, storage = "session" } = this.options;
    this.session = this.#stored("");
    if (!resume) return;
    this.#lost = +this.#stored(":lost");
    if (storage == "session" && !(await this.#lock.take(this.session))) this.session = "";
    this.#secret = this.#stored(":secret");
    // 2 in the place of `resume`: the session's secret is there, so an earlier page made it.
    if (/^[\w-]{32,128}$/.test(this.#secret)) this.#numbers[13] = 2;
  }

  /** Makes the link. */
  open(): void {
    this.handle = hosts.push(this) - 1;
    wasm.open(
      this.handle,
      ...passText(this.projectId),
      ...passText(this.session),
      ...passText(this.options.heartbeat?.message ?? ""),
    );
    // What waits for a listener is not processed: the server is not to run ahead of it.
    wasm.signal(this.handle, Signal.Pace);
    this.listen("addEventListener");
    this.hide();
    if (navigator.onLine === false) wasm.signal(this.handle, Signal.Offline);
  }

  /** Lets go of it for good. */
  forget(): void {
    wasm.forget(this.handle);
    // A call that runs may have more to tell it.
    setTimeout(() => delete hosts[this.handle]);
    this.listen("removeEventListener");
    this.#tabs?.close();
    this.release();
  }

  get projectId(): string {
    return this.#flat.projectId as string;
  }

  number(place: number): number {
    return this.#numbers[place] ?? -1;
  }

  fill(...bytes: Passed): void {
    globalThis.crypto?.getRandomValues(bytesAt(...bytes));
  }

  /** Keeps the session's id, with resume under a new secret, or none. */
  store(...text: Passed): void {
    const id = textAt(...text);
    const method = id ? "set" : "remove";
    if (id) this.session = id;
    if (this.options.resume) {
      const random = new Uint8Array(32);
      globalThis.crypto?.getRandomValues(random);
      // A character or two for each byte.
      this.#secret = random.reduce((secret, byte) => secret + byte.toString(36), "");
      this.#store(method, ":secret", this.#secret);
    }
    this.#store(method, "", id);
    if (id) this.comeBack();
    else this.#lock.release();
  }

  /** What a page had typed and cannot know to have arrived goes with it; the next one says so. */
  override leave(): void {
    // A page that holds a lock is not kept in the back-forward cache.
    this.#lock.release();
    this.#tabs?.leave();
    const lost = wasm.count(this.handle, AT_RISK);
    if (lost && this.options.resume) this.#store("set", ":lost", String(lost));
  }

  override comeBack(): void {
    this.#tabs?.comeBack();
    if (!this.options.resume || !this.#claimed) return;
    this.#store("remove", ":lost");
    void this.#lock.take(this.session);
  }

  #stored(what: Beside): string {
    const found = this.#store("get", what);
    return isText(found) ? found : "";
  }

  /** The page's memory serves where the option says so, and once a link's own place has failed. */
  #store(method: "get" | "set" | "remove", what: Beside, value = ""): unknown {
    const key = this.#key + what;
    const { storage = "session" } = this.options;
    if (storage != "memory" && !this.#failed) {
      try {
        const found = (
          typeof storage == "object"
            ? storage[method](key, value)
            : (storage == "session" ? sessionStorage : localStorage)[`${method}Item`](key, value)
        ) as string | Promise<unknown> | null | undefined;
        if (!isObject(found) || !isFunction((found as Promise<unknown>).then)) {
          // The memory has what the place did not take before.
          if (method != "get") memory.delete(key);
          return found ?? memory.get(key);
        }
        // What a promise becomes comes too late.
        (found as Promise<unknown>).then(null, () => {});
      } catch {
        // The memory serves.
      }
      this.#failed = true;
    }
    return inMemory[method](key, value);
  }

  /** Says what there was nobody to tell before: that storage has failed, and what an earlier page has lost. */
  #warn(): void {
    if (this.#failed && !this.#warned) {
      this.#warned = true;
      this.tell("warning", { reason: "storage" });
    }
    if (!this.#lost) return;
    this.#store("remove", ":lost");
    this.dropped(DROPS.indexOf("lost"), 1, this.#lost);
    this.#lost = 0;
  }

  /** Takes the link's name; `false` if another link of this page has it. */
  claim(): boolean {
    if (this.#claimed) return true;
    if (claimed.has(this.#key)) return false;
    claimed.add(this.#key);
    this.#claimed = true;
    if (this.session) this.comeBack();
    return true;
  }

  release(): void {
    this.#lock.release();
    if (this.#claimed) claimed.delete(this.#key);
    this.#claimed = false;
  }

  /** Asks the page's functions. Without any, the answer comes within the call. */
  async address(
    attempt: number,
    flags: number,
    count: number,
    cols: number,
    rows: number,
    ...life: Passed
  ): Promise<void> {
    const { session, options: own } = this;
    this.#attempt = attempt;
    const inst = textAt(...life);
    const { urgent } = this;
    this.urgent = false;
    if (this.#tabs) {
      const hold = await this.#tabs.turn(urgent);
      if (hold) {
        if (attempt == this.#attempt) wasm.elsewhere(this.handle, hold);
        return;
      }
    }
    const url = this.#url;
    let asking = false;
    let target = "";
    let auth: string | undefined;
    try {
      const complete = new URL(address(isFunction(url) ? await url() : url));
      const add = (name: string, value: string | number | undefined) => {
        // With resume the hello says it all.
        if (value && !own.resume) complete.searchParams.set(name, String(value));
      };
      add(own.sessionParam ?? "sessionId", session);
      add(own.projectParam ?? "projectId", this.projectId);
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
        // All else in a hello fits beside so much.
        if (!isText(token) || (own.resume && encoder.encode(JSON.stringify(token)).length > 3074)) throw token;
        add(own.accessParam ?? "access", token);
        auth = token;
      }
      target = complete.href;
    } catch {
      // Rust is told which of the two failed.
    }
    // One that was given up may come late.
    if (attempt == this.#attempt)
      this.#claim = { auth, inst, try: count, want: flags & 2 ? "resume" : "new", take: flags > 7 };
    wasm.answer(this.handle, attempt, ...passText(target), asking);
  }

  /** Says hello. The frame is that of `src/wire/client.rs`. */
  greet(epoch: number, out: number, done: number, in_lo: number, in_hi: number, cols: number, rows: number): void {
    this.send(
      JSON.stringify({
        t: "hello",
        v: 1,
        sid: this.session,
        secret: this.#secret,
        project: this.projectId,
        kind: this.options.kind,
        ...this.#claim,
        // NaN, which says that there is none, becomes null.
        epoch,
        out,
        done,
        in_lo,
        in_hi,
        ...(cols && { cols, rows }),
      }),
    );
  }

  changed(
    stateNow: number,
    stateBefore: number,
    why: number,
    attempt: number,
    retryIn: number,
    code: number,
    ...text: Passed
  ): void {
    const closeReason = textAt(...text);
    const state = STATES[stateNow];
    const previous = STATES[stateBefore];
    const reason = REASONS[why];
    const { tell, status, failuresByCode } = this;
    const close = code ? { code, closeReason } : {};
    const retry = retryIn >= 0 ? { retryIn, retryAt: Date.now() + retryIn } : {};
    const change = { state, previous, reason, attempt, ...retry, ...close, ...(status && { status }) };
    if (code && reason != "user" && reason != "disposed") failuresByCode[code] = (failuresByCode[code] ?? 0) + 1;
    this.#tabs?.told(change as StateChange);
    this.#warn();
    // A listener may have opened the link again before this is told.
    if (state == "closed" && (STATES[wasm.count(this.handle, 0)] ?? state) == state) this.release();
    tell("statechange", change);
    if (state == "ready") tell("ready", { attempt });
    else if (state == "superseded") tell("superseded", close);
    else if (retryIn >= 0) tell("retry", { attempt, ...retry });
    else if (state == "closed") {
      if (reason == "stopped" || reason == "credentials") tell("error", { reason, ...close });
      tell("close", { reason, ...close });
    }
  }

  reset(why: number): void {
    this.tell("reset", { reason: RESETS[why] });
  }

  resumed(how: number, offset: number, replay: number, cols: number, rows: number): void {
    this.tell("resumed", { outcome: OUTCOMES[how], offset, replay, cols, rows });
  }

  size(cols: number, rows: number): void {
    this.tell("size", { cols, rows });
  }

  gap(from: number, to: number, snapshot: number): void {
    this.tell("gap", { ...(from >= 0 && { from }), to, snapshot });
  }

  exit(number: number, isSignal: number): void {
    this.tell("exit", { [isSignal ? "signal" : "code"]: number >>> 0 });
  }

  dropped(why: number, messages: number, bytes: number): void {
    const reason = DROPS[why];
    this.tell("dropped", { reason, messages, bytes, unknown: reason == "lost" });
  }

  unmapped(code: number): void {
    this.tell("warning", { reason: "unmapped-code", code });
  }
}
