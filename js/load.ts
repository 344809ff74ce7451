import { imports } from "relatch-glue";
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
  return (loading ??= start().catch((cause: unknown) => {
    loading = undefined;
    throw new LoadError(cause);
  }));
}

async function start(): Promise<void> {
  const response = await fetch(new URL("relatch_bg.wasm", import.meta.url));
  if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
  // Not streamed: that wants the right Content-Type, and this module compiles in a few milliseconds.
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), { r: imports });
  enter(instance.exports);
}
