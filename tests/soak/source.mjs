// The long stream's program and what both ends of it know: output and input that any place of them can be computed for.
//
// As a program on a pty (`node source.mjs BLOCKS BLOCK_BYTES PIECE_BYTES SEED`) it prints a block of output for each piece of input, so
// that whoever reads it paces it, and at the end what it was typed: the SHA-256 of its input.
import { createHash } from "node:crypto";
import { fileURLToPath, pathToFileURL } from "node:url";

const READY = "ready\n";

/** A stream of so many blocks of output, each for a piece of input, all of them from a seed. */
export class Source {
  constructor({ blocks, blockBytes, pieceBytes, seed }) {
    Object.assign(this, { blocks, blockBytes, pieceBytes, seed, readyBytes: READY.length });
  }

  /** The command that prints it. */
  get program() {
    const numbers = [this.blocks, this.blockBytes, this.pieceBytes, this.seed];
    // Node's own raw mode would still make CR LF of LF.
    return `stty raw -echo; exec node ${fileURLToPath(import.meta.url)} ${numbers.join(" ")}`;
  }

  /** How many bytes of output there are. */
  get total() {
    return this.readyBytes + this.blocks * this.blockBytes + 64;
  }

  /** A block of the program's output. */
  block(index) {
    return words(this.seed ^ 0x9e3779b9 ^ (index + 1), this.blockBytes / 4);
  }

  /** A piece of its input. */
  piece(index) {
    return words(this.seed ^ 0x85ebca6b ^ (index + 1), this.pieceBytes / 4);
  }

  /** All its input. */
  input() {
    return Buffer.concat(Array.from({ length: this.blocks }, (_, index) => this.piece(index)));
  }

  /** All its output, in order, in pieces. */
  *output() {
    yield Buffer.from(READY);
    for (let index = 0; index < this.blocks; index++) yield this.block(index);
    yield Buffer.from(createHash("sha256").update(this.input()).digest("hex"));
  }
}

/** The bytes of one place of a stream, from its seed: xorshift32 (Marsaglia, 2003), one word for four bytes. */
function words(seed, count) {
  const words = new Uint32Array(count);
  // Its only state that leads nowhere is 0.
  let state = seed || 1;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [blocks, blockBytes, pieceBytes, seed] = process.argv.slice(2).map(Number);
  const source = new Source({ blocks, blockBytes, pieceBytes, seed });
  const hash = createHash("sha256");
  let typed = 0;
  let printed = 0;
  process.stdout.write(READY);
  process.stdin.on("data", (data) => {
    hash.update(data);
    typed += data.length;
    while (printed < blocks && typed >= (printed + 1) * pieceBytes) process.stdout.write(source.block(printed++));
    if (typed === blocks * pieceBytes) process.stdout.write(hash.digest("hex"));
  });
}
