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
}
