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
  | "connect" // the first attempt
  | "opened" // the line is there
  | "lost" // the line broke
  | "refused" // the attempt ended before the line was there
  | "timeout" // nothing came of the attempt in time
  | "url" // your `url` function failed
  | "auth" // your `auth` function failed
  | "heartbeat" // the heartbeat was not answered
  | "offline" // the browser has no network
  | "online" // the browser has a network again
  | "wake" // something cut the wait short: a key, the page became visible
  | "retry" // the wait is over
  | "user" // you asked for it
  | "frozen" // the page was frozen, or went into the back-forward cache
  | "credentials" // the access token was refused
  | "session-lost" // the session is gone
  | "desync" // one side found the other breaking the protocol
  | "overload" // the server opened the breaker
  | "superseded" // another page took the session
  | "ended" // the session is over
  | "stopped" // the server refused for good
  | "disposed" // `dispose()`
  | "elsewhere" // with `sharedRetries`: another link made the attempt
>;

/** The code and the reason that a connection, or the attempt at one, was closed with; neither, if nothing was. */
export type CloseInfo = { code: number; closeReason: string } | { code?: undefined; closeReason?: undefined };

/** When the next attempt is made: in how many milliseconds, and at which time on the clock of `Date.now()`. */
export interface Planned {
  retryIn: number;
  retryAt: number;
}

/** The link went from one state to another; each lost connection is one of these, with the code and the reason it closed with. */
export type StateChange = {
  previous: LinkState;
  reason: StateReason;
  /** The attempt, counted from 1 since the link was last stable, that is under way, made the line, or comes next. */
  attempt: number;
  /** With `probeUrl`: the HTTP status that explains the refusal. */
  status?: number;
} & CloseInfo &
  (
    | ({
        /** Waits; while the page is frozen, for no given time. */
        state: "waiting" | "open-circuit" | "offline";
      } & (Planned | { retryIn?: undefined; retryAt?: undefined }))
    | { state: "idle" | "connecting" | "ready" | "superseded" | "closed"; retryIn?: undefined; retryAt?: undefined }
  );

/** The line is there: what is sent goes out. */
export interface Ready {
  /** Which attempt since the link was last stable made it, from 1. */
  attempt: number;
}

/** A wait began, after which there is an attempt. */
export interface Retry extends Planned {
  /** Which attempt since the link was last stable it will be. */
  attempt: number;
}

/**
 * What comes next does not continue what came before. `server`: the server sends the screen anew, so clear yours.
 * `session-lost`: the session is gone, and another begins;
 * `restarted` (with `resume`): the server kept the session, but its process is another.
 */
export interface Reset {
  reason: "server" | "session-lost" | "restarted";
}

/** With `resume`: the session goes on, or begins; `ready` follows. */
export interface Resumed {
  /** `ok`: nothing is missing; `gap`: some output is, as a `gap` event says; `new`: the process is one that this page did not know. */
  outcome: "ok" | "gap" | "new";
  /** The offset of the next byte of output, counted from the first that the process printed. */
  offset: number;
  /** So many bytes of the messages to come were printed before: what they ask the terminal has been answered, or is too late. */
  replay: number;
  /** The terminal's size where those begin. */
  cols: number;
  rows: number;
}

/** With `resume`: output is missing. */
export interface Gap {
  /** The offset of the first byte that is missing; left out if the page had no screen yet. */
  from?: number;
  /** The offset of the next byte of output that comes. */
  to: number;
  /**
   * So many bytes of the messages to come are no output, but draw the screen as it was at `to`, on a terminal with a blank screen and
   * no modes set; 0 if that is not to be had, and the program is made to draw itself anew.
   */
  snapshot: number;
}

/** With `resume`: the terminal has this size from here on, in order with the messages. */
export interface TerminalSize {
  cols: number;
  rows: number;
}

/**
 * With `resume`: the process has exited, and all its output was delivered. It has its exit status, or the number of the signal that
 * killed it.
 */
export type Exit = { code: number; signal?: undefined } | { signal: number; code?: undefined };

/** Another page took the session; `reconnect()` takes it back. */
export interface Superseded {
  code: number;
  closeReason: string;
}

/** Something given to `send()` did not arrive, or may not have. */
export interface Dropped {
  /**
   * `overflow`: the queue was full; `expired`: it waited longer than the queue keeps it; `closed`, `superseded`, `session-lost`: where
   * it was to go is gone; `lost`: it was given to a connection that was then cut, after the last message that came on it.
   */
  reason: Open<"overflow" | "expired" | "closed" | "superseded" | "session-lost" | "lost">;
  messages: number;
  bytes: number;
  /** It may have arrived all the same. */
  unknown: boolean;
}

/**
 * Something is odd; the link goes on. `unmapped-code`: the server closed with a `code` of 4000 to 4999 that has no meaning here;
 * `storage`: the store threw, so the session id lives no longer than the page; `unread`: nobody listens to messages, and the oldest
 * were dropped.
 */
export type Warning = { reason: "unmapped-code"; code: number } | { reason: "storage" | "unread"; code?: undefined };

/** The link stopped, for a reason that a further attempt would meet again. `close` follows. */
export type LinkError = { reason: StateReason } & CloseInfo;

/** The link is closed, until your own `reconnect()`. The code is the server's, or what `close()` was given. */
export type Closed = { reason: StateReason } & CloseInfo;

/** The events of a link. All but `message` are `CustomEvent`s with a `detail`. */
export interface LinkEventMap {
  statechange: CustomEvent<StateChange>;
  ready: CustomEvent<Ready>;
  retry: CustomEvent<Retry>;
  reset: CustomEvent<Reset>;
  resumed: CustomEvent<Resumed>;
  gap: CustomEvent<Gap>;
  size: CustomEvent<TerminalSize>;
  exit: CustomEvent<Exit>;
  superseded: CustomEvent<Superseded>;
  dropped: CustomEvent<Dropped>;
  warning: CustomEvent<Warning>;
  error: CustomEvent<LinkError>;
  close: CustomEvent<Closed>;
  message: MessageEvent<ArrayBuffer | string>;
}
