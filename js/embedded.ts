import { hex } from "relatch-hex";

/**
 * The WebAssembly module, where it is part of the script: as digits, since base64 moves the bytes' bounds about, and so hides what repeats
 * from whatever compresses it.
 */
export async function moduleBytes(): Promise<Uint8Array<ArrayBuffer>> {
  // There is no file whose loading would fail outside a browser, so that this says what `connect()` needs.
  if (!globalThis.addEventListener) throw new Error("connect() is for browsers");
  return Uint8Array.from(hex.match(/../g)!, (digits) => parseInt(digits, 16));
}
