// How texts and bytes cross between JavaScript and the module. The glue uses these in place of wasm-bindgen's own helpers, which serve
// browsers of other years and texts of gigabytes too (`scripts/glue.mjs`).

type Exports = { memory: WebAssembly.Memory; __wbindgen_malloc(length: number, align: number): number };

export const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What the module exports, once it is loaded. */
export let wasm: Exports;

/** The length of what was passed last. */
export let passed = 0;

/** Gives the glue the module's exports. */
export function enter(exports: WebAssembly.Exports): void {
  wasm = exports as unknown as Exports;
}

/** The module's memory at a place, not a copy. */
export function bytesAt(place: number, length: number): Uint8Array {
  return new Uint8Array(wasm.memory.buffer, place >>> 0, length);
}

export function textAt(place: number, length: number): string {
  return decoder.decode(bytesAt(place, length));
}

/** Gives the module a copy, and the place of it. */
export function passBytes(bytes: Uint8Array): number {
  passed = bytes.length;
  const place = wasm.__wbindgen_malloc(passed, 1);
  bytesAt(place, passed).set(bytes);
  return place;
}

export function passText(text: string): number {
  return passBytes(encoder.encode(text));
}
