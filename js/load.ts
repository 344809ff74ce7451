import init from "relatch-glue";

/** The WebAssembly module could not be fetched, compiled or started. `cause` holds the browser's own error. */
export class LoadError extends Error {
  override readonly name = "LoadError";

  /** @internal */
  constructor(cause: unknown) {
    super("relatch: the WebAssembly module did not load", { cause });
  }
}

/** Loads the WebAssembly module. The glue does so once a page, forgets a failure, and so tries again at the next call. */
export async function load(): Promise<void> {
  try {
    await init();
  } catch (cause) {
    throw new LoadError(cause);
  }
}
