import type { LinkState } from "./events.js";
import type { Host } from "./host.js";
import { BREAKERS, STATES } from "./names.js";
import { wasm } from "./memory.js";

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
  /** How long the last attempt that succeeded took until the line was there; 0 before the first. */
  timeToReady: number;
  /** With `resume`: how often output was not to be had any more. */
  gaps: number;
  /** How often a connection, or an attempt at one, ended with each close code. Your own closing does not count. */
  failuresByCode: Record<number, number>;
  /** With `resume`, bytes of output that came, counted from the first that the process printed; gaps included. */
  received: number;
  /** How much of them the terminal has processed. */
  processed: number;
  /** Bytes of this page's input that were given to a connection. */
  inputSent: number;
  /** How much of them the server has written to the terminal. */
  inputAcked: number;
  /** Bytes given to `send()` that are not yet on the network. */
  bufferedAmount: number;
}

/** The numbers, in the order in which Rust has them after the state and the breaker. */
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
  "timeToReady",
  "gaps",
  "received",
  "processed",
  "inputSent",
  "inputAcked",
];

/** The place of the count of bytes that go with the page. */
export const AT_RISK = NUMBERS.length + 2;

/** The link's state and counters now. */
export function snapshotOf({ handle, session: sessionId, projectId, buffered, failuresByCode }: Host): Snapshot {
  const count = (place: number) => wasm.count(handle, place);
  const snapshot: Record<string, unknown> = {
    state: STATES[count(0)],
    sessionId,
    sessionKey: sessionId + ":" + projectId,
    breaker: BREAKERS[count(1)],
    failuresByCode: { ...failuresByCode },
  };
  NUMBERS.forEach((name, place) => (snapshot[name] = count(place + 2)));
  const retryIn = count(2);
  if (retryIn >= 0) snapshot.retryAt = Date.now() + retryIn;
  else delete snapshot.retryIn;
  snapshot.bufferedAmount = (snapshot.queuedBytes as number) + buffered;
  return snapshot as unknown as Snapshot;
}
