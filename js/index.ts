import { Link } from "./link.js";
import { load } from "./load.js";
import type { ConnectOptions, LinkUrl } from "./options.js";

export { LoadError } from "./load.js";
export type { Link } from "./link.js";
export type * from "./events.js";
export type * from "./options.js";
export type { Snapshot } from "./snapshot.js";

/**
 * Makes a link to a terminal's server and starts it. It resolves once the link exists, not once the line is open: listen for
 * `ready`, or look at `link.state`.
 *
 * @throws TypeError, if the address or an option breaks its rule: the message names it.
 * @throws LoadError, if the WebAssembly module did not load; call again to try again.
 */
export async function connect(url: LinkUrl, options?: ConnectOptions): Promise<Link> {
  await load();
  return new Link(url, options).start();
}
