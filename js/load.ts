import { moduleBytes } from "relatch-bytes";
import { calls } from "./calls.js";
import type { debug } from "./debug.js";
import { enter } from "./memory.js";
import type { ConnectOptions } from "./options.js";
import type { Probe } from "./probe.js";
import type { tabs } from "./tabs.js";

/** The WebAssembly module, or a part that an option asks for, could not be fetched, compiled or started. `cause` is the browser's own error. */
export class LoadError extends Error {
  override readonly name = "LoadError";

  /** @internal */
  constructor(cause: unknown) {
    super("relatch: a part of it did not load", { cause });
  }
}

/** What is loaded only for a page that asks for it. */
export interface Parts {
  probe?: Probe;
  tabs?: typeof tabs;
  debug?: typeof debug;
}

let loading: Promise<void> | undefined;

/** Loads the module, once a page, and what the options ask for. A failure is forgotten, so that the next call tries again. */
export async function load(options?: ConnectOptions): Promise<Parts> {
  try {
    await (loading ??= start().catch((cause: unknown) => {
      loading = undefined;
      throw cause;
    }));
    return {
      ...(options?.probeUrl && (await import("./probe.js"))),
      ...(options?.sharedRetries && (await import("./tabs.js"))),
      ...(options?.debug && (await import("./debug.js"))),
    };
  } catch (cause) {
    throw new LoadError(cause);
  }
}

async function start(): Promise<void> {
  const { instance } = await WebAssembly.instantiate(await moduleBytes(), { r: calls });
  enter(instance.exports);
}
