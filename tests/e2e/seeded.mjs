// The stream test's program and what both ends of it know: output and input that any place of them can be computed for.
//
// As a program on a pty (`node seeded.mjs`) it prints a block of output for each piece of input, so that whoever reads it paces it, and
// at the end what it was typed: the SHA-256 of its input.
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";

export const BLOCKS = 1024;
export const BLOCK_BYTES = 16 * 1024;
export const PIECE_BYTES = 16;

/** The bytes of one place of a stream, from its seed: xorshift32 (Marsaglia, 2003), one word for four bytes. */
function words(seed, count) {
  const words = new Uint32Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer);
}

/** A block of the program's output. */
export const block = (index) => words(0x9e3779b9 ^ (index + 1), BLOCK_BYTES / 4);

/** A piece of its input. */
export const piece = (index) => words(0x85ebca6b ^ (index + 1), PIECE_BYTES / 4);

/** The SHA-256 of all its input, as it says it at the end. */
export function inputHash() {
  const hash = createHash("sha256");
  for (let i = 0; i < BLOCKS; i++) hash.update(piece(i));
  return hash.digest("hex");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const hash = createHash("sha256");
  let typed = 0;
  let printed = 0;
  process.stdout.write("ready\n");
  process.stdin.on("data", (data) => {
    hash.update(data);
    typed += data.length;
    while (printed < BLOCKS && typed >= (printed + 1) * PIECE_BYTES) process.stdout.write(block(printed++));
    if (typed === BLOCKS * PIECE_BYTES) process.stdout.write(hash.digest("hex"));
  });
}
