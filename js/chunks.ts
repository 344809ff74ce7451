/** The most bytes that typed or pasted text is sent in at once. */
export const LONGEST_CHUNK = 16 * 1024;

/** Cuts UTF-8 into pieces of at most `LONGEST_CHUNK` bytes, none of which begins inside a character. */
export function* chunksOfUtf8(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (start < bytes.length) {
    let end = Math.min(start + LONGEST_CHUNK, bytes.length);
    while (isContinuation(bytes[end])) end -= 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** Cuts bytes that are no text into pieces of at most `LONGEST_CHUNK`. */
export function* chunksOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += LONGEST_CHUNK) {
    yield bytes.subarray(start, start + LONGEST_CHUNK);
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
