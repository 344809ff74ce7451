// How JavaScript calls the module, and how texts and bytes cross. The glue uses `textAt` and `bytesAt` in place of wasm-bindgen's own
// helpers, which serve browsers of other years and texts of gigabytes too (`scripts/glue.mjs`).

/** A copy in the module's memory, of a text or bytes: two arguments of a call. */
export type Passed = [place: number, length: number];

/** What the module exports, as `src/web/export.rs` has it. */
interface Exports {
  memory: WebAssembly.Memory;
  __wbindgen_malloc(length: number, align: number): number;

  /** Makes a link: the project, the id that is stored, the heartbeat's message. */
  open(handle: number, ...texts: [...Passed, ...Passed, ...Passed]): void;
  /** Answers the host's `address()`; an empty URL is a failure, of `auth` or else of the URL function. */
  answer(handle: number, attempt: number, ...urlAndAuth: [...Passed, auth: boolean]): void;

  // What the browser's objects did: the socket, the timer.
  opened(handle: number, socket: number): void;
  heard(handle: number, socket: number, bytes: number): void;
  control(handle: number, socket: number, ...text: Passed): void;
  closed(handle: number, socket: number, code: number, ...reason: Passed): void;
  fired(handle: number): void;
  /** Another page has made the attempt: it failed, and so many ms pass before the next; or, with 0, the server is there. */
  elsewhere(handle: number, retryIn: number): void;

  /** The page's terminal has processed so many bytes more. */
  processed(handle: number, bytes: number): void;

  // Each of these gives 0, or the place in `REFUSALS`, from 1, of why not.
  signal(handle: number, signal: number): number;
  send_text(handle: number, ...text: Passed): number;
  send_bytes(handle: number, ...bytes: Passed): number;
  close(handle: number, code: number, ...reason: Passed): number;
  resize(handle: number, cols: number, rows: number): number;

  /** One number of a snapshot; NaN if there is none. */
  count(handle: number, place: number): number;
  /** Uses the handle up. */
  forget(handle: number): void;
}

export const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the module exports, once it is loaded. */
export let wasm: Exports;

/** Takes the exports of the loaded module. */
export function enter(exports: WebAssembly.Exports): void {
  wasm = exports as unknown as Exports;
}

/** The module's memory at a place, not a copy. */
export function bytesAt(place: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(wasm.memory.buffer, place >>> 0, length);
}

export function textAt(place: number, length: number): string {
  return decoder.decode(bytesAt(place, length));
}

/** Gives the module a copy of bytes. */
export function passBytes(bytes: Uint8Array): Passed {
  const place = wasm.__wbindgen_malloc(bytes.length, 1);
  bytesAt(place, bytes.length).set(bytes);
  return [place, bytes.length];
}

export function passText(text: string): Passed {
  return passBytes(encoder.encode(text));
}
