/**
 * Where a link stands.
 *
 * `idle` has not been started; `connecting` has an attempt under way; `ready` can send; `waiting` counts down to the next attempt;
 * `open-circuit` gives a server in trouble its rest; `offline` waits for the browser's network; `superseded` gave way to another page
 * and `closed` is over: those two are left by your call alone.
 */
export type LinkState =
  "idle" | "connecting" | "ready" | "waiting" | "open-circuit" | "offline" | "superseded" | "closed";

/** A union that names the strings known today and admits those of tomorrow. */
type Open<Known extends string> = Known | (string & {});

/** Why a link changed its state. */
export type StateReason = Open<
  | /* the first attempt */ "connect"
    /* the line is there */
  | "opened"
  /* the line broke */
  | "lost"
  /* the attempt ended before the line was there */
  | "refused"
  /* nothing came of the attempt in time */
  | "timeout"
  /* your `url` function failed */
  | "url"
  /* your `auth` function failed */
  | "auth"
  /* the heartbeat was not answered */
  | "heartbeat"
  /* the browser has no network */
  | "offline"
  /* the browser has a network again */
  | "online"
  /* something cut the wait short: a key, the page became visible */
  | "wake"
  /* the wait is over */
  | "retry"
  /* you asked for it */
  | "user"
  /* the page was frozen, or went into the back-forward cache */
  | "frozen"
  /* the credentials were refused */
  | "credentials"
  /* the session is gone */
  | "session-lost"
  /* one side found the other breaking the protocol */
  | "desync"
  /* the server opened the breaker */
  | "overload"
  /* another page took the session */
  | "superseded"
  /* the session is over */
  | "ended"
  /* the server refused for good */
  | "stopped"
  /* `dispose()` */
  | "disposed"
>;

/** The link went from one state to another; each lost connection is one of these, with the code and the reason it closed with. */
export interface StateChange {
  state: LinkState;
  previous: LinkState;
  reason: StateReason;
  /** The attempt, counted from 1 since the link was last stable, that is under way, made the line, or comes next. */
  attempt: number;
  /** Milliseconds until the next attempt, or null where none is planned. */
  retryIn: number | null;
  /** When the next attempt is due, on the clock of `Date.now()`, or null. */
  retryAt: number | null;
  /** The close code of the connection that was lost, or null. */
  code: number | null;
  /** The close reason that came with it, or "". */
  closeReason: string;
}

/** The line is open: what is sent goes out. */
export interface Ready {
  sessionId: string;
  attempt: number;
}

/** An attempt is planned. */
export interface Retry {
  attempt: number;
  /** Milliseconds until then. */
  delay: number;
  /** When, on the clock of `Date.now()`. */
  retryAt: number;
}

/**
 * What comes next is not a continuation of what came before. `server`: the server sends the screen anew; clear yours.
 * `session-lost`: the old session is gone, a new one begins.
 */
export interface Reset {
  reason: "server" | "session-lost";
}

/** The session went to another page; `reconnect()` takes it back. */
export interface Superseded {
  code: number;
  reason: string;
}

/** Something handed to `send()` has not arrived, or, with `unknown`, may not have. */
export interface Dropped {
  reason: Open<"overflow" | "expired" | "closed" | "superseded" | "session-lost" | "lost">;
  messages: number;
  bytes: number;
  /** It was handed to a connection that was then cut, which tells nobody how far it got. */
  unknown: boolean;
}

/** Something is not as it should be; the link goes on. */
export interface Warning {
  warning: string;
  message: string;
  code?: number | null;
}

/** The link stopped for a reason that a further attempt would meet again. */
export interface LinkError {
  error: string;
  message: string;
  code: number | null;
}

/** The link is closed: said once, finally. */
export interface Closed {
  code: number | null;
  reason: string;
  /** Who or what closed it. */
  cause: string;
}

/** The events of a link. All but `message` are `CustomEvent`s with a `detail`. */
export interface LinkEventMap {
  statechange: CustomEvent<StateChange>;
  ready: CustomEvent<Ready>;
  retry: CustomEvent<Retry>;
  reset: CustomEvent<Reset>;
  superseded: CustomEvent<Superseded>;
  dropped: CustomEvent<Dropped>;
  warning: CustomEvent<Warning>;
  error: CustomEvent<LinkError>;
  close: CustomEvent<Closed>;
  message: MessageEvent<ArrayBuffer | string>;
}
