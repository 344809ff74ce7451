// What Rust asks of a page and tells it, for one link.
import * as glue from "relatch-glue";
import { address, type Settings } from "./settings.js";

/** The places of this page's live links. */
const claimed = new Set<string>();

export class Host {
  /** The link's handle, once it has one. */
  handle = 0;
  #claimed = false;

  constructor(
    readonly settings: Settings,
    readonly tell: (type: string, detail: object) => void,
    readonly message: (data: ArrayBuffer | string) => void,
  ) {}

  text(place: number): string | undefined {
    return this.settings.texts[place];
  }

  number(place: number): number {
    return this.settings.numbers[place] ?? NaN;
  }

  protocols(): string[] {
    return [this.settings.own.protocols ?? []].flat();
  }

  get(key: string): string | undefined {
    return this.settings.store.get(key) ?? undefined;
  }

  set(key: string, value?: string): void {
    const { store } = this.settings;
    if (value == undefined) store.remove(key);
    else store.set(key, value);
  }

  /** Takes the link's name; `false` if another link of this page has it. */
  claim(): boolean {
    const { place } = this.settings;
    if (!this.#claimed && claimed.has(place)) return false;
    claimed.add(place);
    return (this.#claimed = true);
  }

  release(): void {
    if (this.#claimed) claimed.delete(this.settings.place);
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
    const { url, own, texts } = this.settings;
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
    if (this.settings.own.debug) console.debug("relatch:", previous, "->", state, reason, attempt, retry, close);
    const tell = this.tell;
    if (state == "closed") this.release();
    if (this.settings.storageFailed) tell("warning", { reason: "storage" });
    this.settings.storageFailed = false;
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
