// A page's options, checked strictly and laid flat: an unknown key or a value that breaks its rule is a TypeError that names it. The ranges
// are those of `Config::check` in Rust, which checks the same for a Rust front end.
import type { ConnectOptions, LinkStorage, LinkUrl, Verdict } from "./options.js";

type Rule = [rule: string, kept: (value: never) => boolean];
type Shape = { [key: string]: Rule | Shape };

const word: Rule = [
  "a string of 1 to 128 characters",
  (value: unknown) => isText(value) && value > "" && value.length < 129,
];
const whole = (least: number, most: number): Rule => [
  `a whole number in ${least}..=${most}`,
  (value: number) => Number.isInteger(value) && value >= least && value <= most,
];
/** Milliseconds. */
const span = whole(1, 3600000);
const flag: Rule = ["true or false", (value) => typeof value == "boolean"];
const text: Rule = ["a string", isText];

/** The verdicts, in the order in which Rust has them. */
const VERDICTS: Verdict[] = [
  "retry",
  "retry-uncounted",
  "slow-down",
  "renew",
  "open-breaker",
  "afresh",
  "gone",
  "superseded",
  "ended",
  "stop",
];

const SHAPE: Shape = {
  projectId: [
    "1 to 128 of the characters A-Z a-z 0-9 _ -",
    (value: unknown) => isText(value) && /^[\w-]{1,128}$/.test(value),
  ],
  name: word,
  kind: word,
  protocols: ["a string or an array of strings", (value: unknown) => [value].flat().every(isText)],
  auth: ["a function", isFunction],
  accessParam: word,
  sessionParam: word,
  projectParam: word,
  control: flag,
  debug: flag,
  storage: [
    '"session", "local", "memory" or an object with get, set and remove',
    (value: string | LinkStorage) =>
      isText(value)
        ? /^(session|local|memory)$/.test(value)
        : isFunction(value?.get) && isFunction(value.set) && isFunction(value.remove),
  ],
  signal: ["an AbortSignal", (value: AbortSignal) => typeof value?.aborted == "boolean"],
  connectTimeout: span,
  stableAfter: span,
  backoff: {
    base: span,
    factor: ["a number in 1..=10", (value: number) => value >= 1 && value <= 10],
    max: span,
    jitter: ['"spread" or "none"', (value) => value == "spread" || value == "none"],
  },
  breaker: { failures: whole(1, 1000), recovery: span },
  queue: { bytes: whole(0, 2 ** 30), messages: whole(0, 1000000), age: span },
  heartbeat: { message: text, every: span, timeout: span },
  closeCodes: ["an object", (value) => isObject(value)],
};

/** The texts and numbers that Rust asks for, by their places. Close codes come after the numbers, three for each row. */
const TEXTS = ["projectId", "name", "heartbeat.message"];
const NUMBERS = [
  "backoff.base",
  "backoff.factor",
  "backoff.max",
  "backoff.jitter",
  "breaker.failures",
  "breaker.recovery",
  "connectTimeout",
  "stableAfter",
  "queue.bytes",
  "queue.messages",
  "queue.age",
  "control",
  "auth",
  "heartbeat.every",
  "heartbeat.timeout",
];

/** Checked options. */
export class Settings {
  readonly texts: (string | undefined)[];
  readonly numbers: number[];
  /** The options that stay here. */
  readonly own: ConnectOptions;
  readonly url: LinkUrl;
  readonly store: LinkStorage;
  /** The page is to be warned that its storage failed. */
  storageFailed = false;
  /** The key of the session's id, which no other live link of this page may have. */
  readonly place: string;

  constructor(url: LinkUrl, options: ConnectOptions = {}) {
    this.url = isFunction(url) ? url : address(url);
    const flat: Record<string, unknown> = { projectId: "default", name: "default" };
    flatten(options, SHAPE, "", flat);
    this.own = options;
    this.store = store(options.storage ?? "session", () => (this.storageFailed = true));
    for (const key of ["message", "every", "timeout"]) {
      if (options.heartbeat && flat["heartbeat." + key] == undefined) fail("heartbeat." + key, "given");
    }
    if ((options.backoff?.max ?? 30000) < (options.backoff?.base ?? 1000)) fail("backoff.max", "at least backoff.base");
    this.place = `relatch:${flat.projectId}:${flat.name}`;
    this.texts = TEXTS.map((path) => flat[path] as string | undefined);
    this.numbers = NUMBERS.map((path) => number(path, flat[path]));
    for (const [codes, verdict] of Object.entries(options.closeCodes ?? {})) this.#row(codes, verdict);
  }

  #row(codes: string, verdict: Verdict): void {
    const path = "closeCodes." + codes;
    const [, first, last = first] =
      /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(codes) ?? fail(path, "a close code or a range of them");
    const index = VERDICTS.indexOf(verdict);
    if (index < 0) fail(path, VERDICTS.join(", "));
    if (+first! < 1000 || +last! > 4999 || +last! < +first!) fail(path, "in 1000..=4999 and not reversed");
    this.numbers.push(index, +first!, +last!);
  }
}

/** What lasts as long as the page: the ids of links that ask for it, and of those whose storage fails. */
const memory = new Map<string, string>();
const inMemory: LinkStorage = {
  get: (key) => memory.get(key),
  set: (key, value) => memory.set(key, value),
  remove: (key) => memory.delete(key),
};

/** The place that was asked for. Once it throws, the page's memory takes over. */
function store(storage: "session" | "local" | "memory" | LinkStorage, onFailure: () => void): LinkStorage {
  if (storage == "memory") return inMemory;
  let failed = false;
  const place = () => (typeof storage == "object" ? storage : native(storage));
  const attempt = <T>(act: (place: LinkStorage) => T): T => {
    if (!failed) {
      try {
        return act(place());
      } catch {
        failed = true;
        onFailure();
      }
    }
    return act(inMemory);
  };
  return {
    get: (key) => attempt((place) => place.get(key)),
    set: (key, value) => attempt((place) => place.set(key, value)),
    remove: (key) => attempt((place) => place.remove(key)),
  };
}

function native(storage: "session" | "local"): LinkStorage {
  // Merely naming it throws in a sandboxed frame.
  const object = storage == "session" ? sessionStorage : localStorage;
  return {
    get: (key) => object.getItem(key),
    set: (key, value) => object.setItem(key, value),
    remove: (key) => object.removeItem(key),
  };
}

/**
 * The text of a WebSocket's address; relative ones count from the page.
 *
 * @throws TypeError, if it is none.
 */
export function address(url: unknown): string {
  try {
    const parsed = new URL(url as string, globalThis.location?.href);
    parsed.protocol = parsed.protocol.replace(/^http/, "ws");
    if (/^wss?:$/.test(parsed.protocol) && !parsed.hash) return parsed.href;
  } catch {
    // It is said below.
  }
  return fail("url", "a ws:, wss:, http: or https: URL without a fragment, or a function");
}

function flatten(value: object, shape: Shape, prefix: string, flat: Record<string, unknown>): void {
  if (!isObject(value)) fail(prefix.slice(0, -1) || "options", "an object");
  for (const [key, inner] of Object.entries(value)) {
    const path = prefix + key;
    const rule = Object.hasOwn(shape, key) ? shape[key]! : fail(path, "left out: there is no such option");
    if (inner === undefined) continue;
    if (!Array.isArray(rule)) flatten(inner as object, rule, path + ".", flat);
    else if (rule[1](inner as never)) flat[path] = inner;
    else fail(path, rule[0]);
  }
}

/** What Rust is told of a number, or of what serves as one; NaN for the default. */
function number(path: string, value: unknown): number {
  if (path == "backoff.factor") return Math.round((value as number) * 100);
  if (path == "backoff.jitter") return +(value == "none");
  return isFunction(value) ? 1 : Number(value);
}

function isText(value: unknown): value is string {
  return typeof value == "string";
}

function isFunction(value: unknown): value is () => never {
  return typeof value == "function";
}

function isObject(value: unknown): boolean {
  return typeof value == "object" && value !== null && !Array.isArray(value);
}

function fail(option: string, rule: string): never {
  throw new TypeError(`${option}: must be ${rule}`);
}
