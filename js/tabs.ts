// A retry budget that the links of one origin share: while a server is dead, one of them tries and the others hear what came of it.
//
// Nobody is a standing leader. Whoever is due takes a lock for its attempt and tells the others how it ended; the next attempt is again
// anybody's, but the one that made the last is due first. The decisions and their reasons are in `docs/design.md`.

import type { StateChange } from "./events.js";
import type { ConnectOptions } from "./options.js";
import { Share } from "./tabs/share.js";

/** What matters here of a change of state. */
export type Told = Pick<StateChange, "state" | "previous" | "reason" | "retryIn" | "code">;

/** One link's share of a budget of attempts. */
export interface Tabs {
  /**
   * Before an attempt, and before `url()` and `auth()` are asked: 0 once this link is to make it, or how many ms to wait in place of it: it
   * was made elsewhere and failed, or is not due. While one is under way elsewhere this does not resolve: that one is this link's attempt
   * too. Once a later call, or a change of the link's state, has taken its place, it never does.
   *
   * @param urgent the user's own `reconnect()`, which always goes.
   */
  turn(urgent: boolean): Promise<number>;
  /** The link's state has changed. */
  told(change: Told): void;
  /** The page goes into the back-forward cache, is frozen, or goes for good: an open channel or a held lock would keep it from that. */
  leave(): void;
  /** It is there again; nothing, if it was not away. */
  comeBack(): void;
  /** The link was disposed of. */
  close(): void;
}

/**
 * @param name of the budget; with `sharedRetries: true`, the server's address.
 * @param elsewhere takes the group's failure for the link's own, with the wait until the next attempt, a whole number of ms; 0 says that the
 *   server is there.
 */
export function tabs(
  name: string | (() => unknown),
  options: Pick<ConnectOptions, "connectTimeout" | "resume" | "sharedRetries" | "stableAfter">,
  elsewhere: (retryIn: number) => void,
): Tabs {
  return new Share("relatch:retry:" + (options.sharedRetries === true ? server(name) : name), options, elsewhere);
}

/** An address without what tells sessions and users apart. */
function server(name: unknown): string {
  const { origin, pathname } = new URL(String(name));
  return origin + pathname;
}
