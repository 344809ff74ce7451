import type { LinkState } from "./events.js";

/** A link at one moment. Counts are of its whole life; times are in milliseconds. */
export interface Snapshot {
  state: LinkState;
  sessionId: string;
  sessionKey: string;
  /** Attempts begun since the link was last stable. */
  attempt: number;
  /** Until the next attempt, if one is planned. */
  retryIn?: number;
  /** When that is, on the clock of `Date.now()`. */
  retryAt?: number;
  breaker: "closed" | "open" | "half-open";
  /** Failed retries in a row that the breaker has counted. */
  breakerFailures: number;
  queuedMessages: number;
  queuedBytes: number;
  attempts: number;
  failures: number;
  /** How often the line was there. */
  ready: number;
  messagesIn: number;
  bytesIn: number;
  messagesOut: number;
  bytesOut: number;
  messagesDropped: number;
  /** Time without a line, once one was wanted. */
  downtime: number;
  /** Bytes given to `send()` that are not yet on the network. */
  bufferedAmount: number;
}

/** The numbers, in the order in which Rust has them. */
const NUMBERS = [
  "retryIn",
  "attempt",
  "breakerFailures",
  "queuedMessages",
  "queuedBytes",
  "attempts",
  "failures",
  "ready",
  "messagesIn",
  "bytesIn",
  "messagesOut",
  "bytesOut",
  "messagesDropped",
  "downtime",
  "bufferedAmount",
];

/** Names what Rust gives as a tuple. */
export function snapshotOf(tuple: unknown): Snapshot {
  const [state, sessionKey, breaker, numbers] = tuple as [string, string, string, number[]];
  const snapshot: Record<string, unknown> = { state, sessionId: sessionKey.split(":")[0], sessionKey, breaker };
  NUMBERS.forEach((name, place) => (snapshot[name] = numbers[place]));
  const retryIn = numbers[0]!;
  if (retryIn >= 0) snapshot.retryAt = Date.now() + retryIn;
  else delete snapshot.retryIn;
  return snapshot as unknown as Snapshot;
}
