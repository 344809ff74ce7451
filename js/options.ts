/** The address of the terminal's server: `ws:`, `wss:`, `http:` or `https:`, or a function that is asked before each attempt. */
export type LinkUrl = string | URL | (() => string | URL | Promise<string | URL>);

/**
 * A place to keep the session id in, which answers at once: a promise comes too late. Once a call of it throws, or gives a promise, the
 * page's memory takes over, and a `warning` event says so.
 */
export interface LinkStorage {
  get(key: string): string | null | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/**
 * What a close code means: what becomes of the link.
 *
 * `retry`: try again, and let the breaker count it; `retry-uncounted`: try again; `slow-down`: the same, in 5 s at the earliest;
 * `renew`: ask `auth` once more and try at once, one time; `open-breaker`: give the server its rest now; `afresh`: the session lives,
 * attach to it as a page without a screen does; `gone`: go on with a new session; `superseded`: another page has it; `ended`: it is
 * over; `stop`: a further attempt would meet the same error.
 */
export type Verdict =
  | "retry"
  | "retry-uncounted"
  | "slow-down"
  | "renew"
  | "open-breaker"
  | "afresh"
  | "gone"
  | "superseded"
  | "ended"
  | "stop";

/** What every link may be told. */
export interface CommonOptions {
  /** The project that the session belongs to: 1 to 128 of `A-Z a-z 0-9 _ -`. Default `"default"`. */
  projectId?: string;
  /** Tells apart the links of one page: each name has its own session. Default `"default"`. */
  name?: string;
  /**
   * Which kind of terminal the server is to start, for example `"system"` or `"claude"`: 1 to 64 of `A-Z a-z 0-9 _ -`. Default: the
   * server's choice.
   */
  kind?: string;
  /** Gives the access token, before each attempt; `renew` says that the server has refused the last one. Default: none is sent. */
  auth?: (wish: { renew: boolean }) => string | Promise<string>;
  /** Where the session id is kept: for this tab, for all tabs, for this page, or in your own store. Default `"session"`. */
  storage?: "session" | "local" | "memory" | LinkStorage;
  /** Aborting it disposes of the link, so that a pending `connect()` can be undone. */
  signal?: AbortSignal;
  /** The waits between attempts, in milliseconds. */
  backoff?: {
    /** The first wait's cap, ms. Default 1,000. */
    base?: number;
    /** What each cap is multiplied with to get the next. Default 2. */
    factor?: number;
    /** The longest cap, ms. Default 30,000. */
    max?: number;
    /** `"none"` waits exactly the caps. Default `"spread"`: a random part of them, so that pages do not return in step. */
    jitter?: "spread" | "none";
  };
  /** When to stop trying for a while. */
  breaker?: {
    /** Failed retries in a row that open the breaker. Default 5. */
    failures?: number;
    /** How long it stays open before one probe, ms. Default 30,000. */
    recovery?: number;
  };
  /** How long an attempt may take, ms. Default 10,000. */
  connectTimeout?: number;
  /** How long a connection must live to count as a success, ms. Default 5,000. */
  stableAfter?: number;
  /** Bounds of what `send()` keeps while there is no connection. */
  queue?: {
    /** Bytes. Default 1 MiB. */
    bytes?: number;
    /** Messages. Default 1,024. */
    messages?: number;
    /** The longest that a message waits, ms. Default 15,000. */
    age?: number;
  };
  /** Verdicts for close codes (`"4001"`) and ranges (`"4000-4099"`), over the default table. */
  closeCodes?: Record<string, Verdict>;
  /**
   * Shares the attempts with all links of this origin that ask for the same server, in whichever tab: while it is down, one makes them
   * and the others hear what came of it. A name shares them with the links that give the same name; it is needed where `url` is a
   * function. Default `false`: each link makes its own.
   */
  sharedRetries?: boolean | string;
  /**
   * An `http:` or `https:` address that is asked when the server refuses a connection before it opens, of which a page is told nothing
   * but 1006. What it answers takes the place of that code: 401 is taken as 4401, 403 as 4403, 429 as 4429, 503 as 1013, with the
   * delay of `Retry-After`; `statechange` has the `status`. Default: nothing is asked.
   */
  probeUrl?: string | URL;
  /** Writes one line to the console for each change of state. Default `false`. */
  debug?: boolean;
}

/** What a link may be told that speaks no protocol of Relatch's, or its control frames alone. */
export interface PassthroughOptions extends CommonOptions {
  resume?: false;
  /** WebSocket subprotocols to offer. Default: none. */
  protocols?: string | string[];
  /** The query parameter that carries what `auth` returned. Default `"access"`. */
  accessParam?: string;
  /** The query parameter that carries the session id. Default `"sessionId"`. */
  sessionParam?: string;
  /** The query parameter that carries the project id. Default `"projectId"`. */
  projectParam?: string;
}

/** For any WebSocket server. */
export interface PlainOptions extends PassthroughOptions {
  control?: false;
  /** A message of your own that your server answers, to notice a dead line. Default: none is sent. */
  heartbeat?: {
    /** What is sent, as a text frame. */
    message: string;
    /** How often, ms, counted from the last message received. */
    every: number;
    /** How long to wait for any message back, ms. */
    timeout: number;
  };
}

/** For a server that speaks Relatch's control frames, without resume. */
export interface ControlOptions extends PassthroughOptions {
  /**
   * The server speaks Relatch's control frames, as `relatch-server` does: text frames are control messages, `resize()` reaches the
   * terminal, and the server is told what this page has already shown. Default `false`: a plain WebSocket server.
   */
  control?: boolean;
  /** Left out: the control frames have room for none. */
  heartbeat?: undefined;
}

/** For a server that speaks `relatch.v1`. */
export interface ResumeOptions extends CommonOptions {
  /**
   * The server speaks `relatch.v1`, as `relatch-server` does: the terminal goes on exactly where it was, nothing lost and nothing twice,
   * through cuts, sleep and reloads. What is sent goes as bytes, and is kept until the server has it. Not with `control`, `heartbeat` and
   * `protocols`, of which it has its own. Default `false`.
   */
  resume?: boolean;
  control?: false;
  /** Left out: `relatch.v1` has its own. */
  heartbeat?: undefined;
  /** Left out: `relatch.v1` is the one. */
  protocols?: undefined;
  /** Without effect, as are the two others: with resume nothing goes into the URL. */
  accessParam?: string;
  sessionParam?: string;
  projectParam?: string;
}

/**
 * Settings of a link, told apart by `resume` and `control`. All are checked when it is made: an unknown key or a bad value is a `TypeError`
 * that names it.
 */
export type ConnectOptions = PlainOptions | ControlOptions | ResumeOptions;
