import init, { LinkCore } from "relatch-glue";

/** The WebAssembly module could not be fetched, compiled or started. `cause` holds the browser's own error. */
export class LoadError extends Error {
  override readonly name = "LoadError";

  /** @internal */
  constructor(cause: unknown) {
    super("relatch: the WebAssembly module did not load", { cause });
  }
}

let loading: Promise<unknown> | undefined;

/** Loads the WebAssembly module, once a page. A failure is not remembered, so the next call tries again. */
export async function load(): Promise<typeof LinkCore> {
  loading ??= init();
  try {
    await loading;
    return LinkCore;
  } catch (cause) {
    loading = undefined;
    throw new LoadError(cause);
  }
}
