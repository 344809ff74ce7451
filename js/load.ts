import { moduleBytes } from "relatch-bytes";
import { calls } from "./calls.js";
import { enter } from "./memory.js";

/** The WebAssembly module could not be fetched, compiled or started. `cause` holds the browser's own error. */
export class LoadError extends Error {
  override readonly name = "LoadError";

  /** @internal */
  constructor(cause: unknown) {
    super("relatch: the WebAssembly module did not load", { cause });
  }
}

let loading: Promise<void> | undefined;

/** Loads the WebAssembly module, once a page. A failure is forgotten, so that the next call tries again. */
export function load(): Promise<void> {
  return (loading ??= moduleBytes()
    .then((bytes) => WebAssembly.instantiate(bytes, { r: calls }))
    .then(({ instance }) => enter(instance.exports))
    .catch((cause: unknown) => {
      loading = undefined;
      throw new LoadError(cause);
    }));
}
