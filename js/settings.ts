// A page's options, checked strictly and laid flat: an unknown key or a value that breaks its rule is a TypeError that names it. The ranges
// are those of `Config::check` in Rust, which checks the same for a Rust front end.
import type { ConnectOptions, LinkStorage, Verdict } from "./options.js";

type Rule = [rule: string, kept: (value: never) => unknown];
type Shape = { [key: string]: Rule | Shape };

const word: Rule = [
  "a string of 1 to 128 characters",
  (value: unknown) => isText(value) && value > "" && value.length < 129,
];
const plain = (most: number): Rule => [
  `1 to ${most} of the characters A-Z a-z 0-9 _ -`,
  (value: unknown) => isText(value) && /^[\w-]+$/.test(value) && value.length <= most,
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

/** Every option and its rule. The first 16 are the numbers that Rust asks for by their places, or serve as such. */
const SHAPE: Shape = {
  backoff: {
    base: span,
    factor: ["a number in 1..=10", (value: unknown) => typeof value == "number" && value >= 1 && value <= 10],
    max: span,
    jitter: ['"spread" or "none"', (value: unknown) => value === "spread" || value === "none"],
  },
  breaker: { failures: whole(1, 1000), recovery: span },
  connectTimeout: span,
  stableAfter: span,
  queue: { bytes: whole(0, 2 ** 30), messages: whole(0, 1000000), age: span },
  control: flag,
  auth: ["a function", isFunction],
  resume: flag,
  heartbeat: { every: span, timeout: span, message: text },
  projectId: plain(128),
  name: word,
  kind: plain(64),
  protocols: ["a subprotocol's token or an array of different ones", areTokens],
  accessParam: word,
  sessionParam: word,
  projectParam: word,
  debug: flag,
  sharedRetries: ["true, false or a name of 1 to 128 characters", (value) => flag[1](value) || word[1](value)],
  probeUrl: ["an http: or https: URL", (value) => absolute(value, /^https?:/)],
  storage: [
    '"session", "local", "memory" or an object with get, set and remove',
    (value: string | LinkStorage) =>
      isText(value)
        ? /^(session|local|memory)$/.test(value)
        : isFunction(value?.get) && isFunction(value.set) && isFunction(value.remove),
  ],
  signal: ["an AbortSignal", (value: unknown) => value instanceof AbortSignal],
  closeCodes: ["an object", (value) => isObject(value)],
};

/** Checked options by their paths, `"backoff.base"`. */
export type Flat = Record<string, unknown>;

/**
 * Checks a page's options.
 *
 * @throws TypeError, which names the first that is unknown or breaks its rule.
 */
export function check(options: ConnectOptions): Flat {
  const flat: Flat = { projectId: "default", name: "default" };
  flatten(options, SHAPE, "", flat);
  for (const key in SHAPE.heartbeat) {
    if (options.heartbeat && flat["heartbeat." + key] == undefined) fail("heartbeat." + key, "given");
  }
  if (options.heartbeat && options.control) fail("heartbeat", "left out with control");
  for (const other of ["control", "heartbeat", "protocols"] as const) {
    if (options.resume && options[other]) fail(other, "left out with resume");
  }
  const { sessionParam = "sessionId", projectParam = "projectId", accessParam = "access" } = options;
  if (new Set([sessionParam, projectParam, accessParam]).size < 3)
    fail("accessParam", "different from the other parameters");
  const { base = 1000, max = 30000 } = options.backoff ?? {};
  if (max < base) fail("backoff.max", "at least backoff.base");
  return flat;
}

/** The numbers that Rust asks for by their places, -1 for a default; then three for each row of close codes. */
export function numbers(flat: Flat, closeCodes: Record<string, Verdict> = {}): number[] {
  const numbers = leaves(SHAPE, "")
    .slice(0, 16)
    .map((path) => number(path, flat[path]));
  // The last row wins, and single codes come after the ranges.
  const rows = Object.entries(closeCodes).sort(([a], [b]) => +b.includes("-") - +a.includes("-"));
  for (const [codes, verdict] of rows) {
    const path = "closeCodes." + codes;
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(codes) ?? fail(path, "a close code or a range of them");
    const index = VERDICTS.indexOf(verdict);
    if (index < 0) fail(path, VERDICTS.join(", "));
    if (+first! < 1000 || +last! > 4999 || +last! < +first!) fail(path, "in 1000..=4999 and not reversed");
    numbers.push(index, +first!, +last!);
  }
  return numbers;
}

function leaves(shape: Shape, prefix: string): string[] {
  return Object.entries(shape).flatMap(([key, inner]) =>
    Array.isArray(inner) ? prefix + key : leaves(inner, prefix + key + "."),
  );
}

/**
 * The text of a WebSocket's address; relative ones count from the page.
 *
 * @throws TypeError, if it is none.
 */
export function address(url: unknown): string {
  const parsed = absolute(url, /^(ws|http)s?:[^#]*$/);
  if (!parsed) fail("url", "a ws:, wss:, http: or https: URL without a fragment, or a function");
  parsed.protocol = parsed.protocol.replace("http", "ws");
  return parsed.href;
}

/** The URL, if it is one and fits. */
function absolute(url: unknown, fitting: RegExp): URL | undefined {
  try {
    if (!isText(url) && !(url instanceof URL)) return;
    const parsed = new URL(url, globalThis.location?.href);
    if (fitting.test(parsed.href)) return parsed;
  } catch {
    // It is none.
  }
}

function flatten(value: object, shape: Shape, prefix: string, flat: Flat): void {
  if (!isObject(value)) fail(prefix.slice(0, -1) || "options", "an object");
  for (const [key, inner] of Object.entries(value)) {
    const path = prefix + key;
    const rule = Object.hasOwn(shape, key) ? shape[key]! : fail(path, "left out: it is no option");
    if (inner === undefined) continue;
    if (!Array.isArray(rule)) flatten(inner as object, rule, path + ".", flat);
    else if (rule[1](inner as never)) flat[path] = inner;
    else fail(path, rule[0]);
  }
}

/** What Rust is told of a number, or of what serves as one; -1 for the default. */
function number(path: string, value: unknown): number {
  if (value === undefined) return -1;
  if (path == "backoff.factor") return Math.round((value as number) * 100);
  if (path == "backoff.jitter") return +(value == "none");
  return isFunction(value) ? 1 : Number(value);
}

/** RFC 6455 §4.1: tokens of RFC 2616, none twice. */
function areTokens(value: unknown): boolean {
  const tokens = [value].flat();
  const areSound = tokens.every((token) => isText(token) && /^[\w!#$%&'*+.^`|~-]+$/.test(token));
  return areSound && new Set(tokens).size == tokens.length;
}

export function isText(value: unknown): value is string {
  return typeof value == "string";
}

export function isFunction(value: unknown): value is () => never {
  return typeof value == "function";
}

export function isObject(value: unknown): boolean {
  return typeof value == "object" && value !== null && !Array.isArray(value);
}

export function fail(option: string, rule: string): never {
  throw new TypeError(`${option}: must be ${rule}`);
}
