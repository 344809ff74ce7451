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
 * @throws LoadError, if the WebAssembly module or a part that an option asks for did not load; call again to try again.
 * @throws the signal's reason, if it was aborted before the link existed.
 */
export async function connect(url: LinkUrl, options?: ConnectOptions): Promise<Link> {
  const parts = await load(options);
  return new Link(url, options, parts).start();
}
