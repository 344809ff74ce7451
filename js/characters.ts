/** Keeps a character whole whose UTF-8 is cut between two pieces: xterm.js 6.0 loses one whose first part ends with the byte 0x80. */
export class Characters {
  #begun = new Uint8Array();

  /** The whole characters of what came so far; one that has only begun waits for the next piece. */
  whole(piece: Uint8Array): Uint8Array {
    let bytes = piece;
    if (this.#begun.length) {
      bytes = new Uint8Array(this.#begun.length + piece.length);
      bytes.set(this.#begun);
      bytes.set(piece, this.#begun.length);
    }
    const end = bytes.length - begun(bytes);
    this.#begun = bytes.slice(end);
    return bytes.subarray(0, end);
  }

  /** What comes next does not go on where the last piece ended. */
  forget(): void {
    this.#begun = new Uint8Array();
  }
}

/** How many of the last bytes are the beginning of a character that is longer (RFC 3629 §3). */
function begun(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes[bytes.length - back];
    if (byte === undefined || byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}
