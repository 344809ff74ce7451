import type { StateChange } from "./events.js";
import type { ConnectOptions } from "./options.js";

/** One link's share of a budget of attempts. */
export interface Tabs {
  /**
   * Before an attempt: 0 if this link is to make it, or for how many ms it is held back: it failed elsewhere, or is not due. `urgent`:
   * the user's own `reconnect()`, which always goes.
   */
  turn(urgent: boolean): Promise<number>;
  /** The link's state has changed. */
  told(change: StateChange): void;
  /** The page goes into the back-forward cache or is frozen. */
  leave(): void;
  /** It is there again; or the link has only now its name. */
  comeBack(): void;
  /** The link was disposed of. */
  close(): void;
}

/** `elsewhere` takes the group's failure for the link's own, with the wait until the next attempt in ms; 0 says that the server is there. */
export function tabs(
  name: string | (() => unknown),
  options: ConnectOptions,
  elsewhere: (retryIn: number) => void,
): Tabs {
  void [name, options, elsewhere];
  return { turn: async () => 0, told() {}, leave() {}, comeBack() {}, close() {} };
}
