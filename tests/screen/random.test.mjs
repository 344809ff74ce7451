// Snapshots of output that no program prints. Another SEED makes other streams, STREAMS more of them. One that fails is made short.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { check } from "./check.mjs";
import { cuts, randomFrom } from "./recordings.mjs";
import { shrunk } from "./shrink.mjs";
import { snapshots } from "./snapshots.mjs";
import { MALFORMED, recorded, stream } from "./streams.mjs";

const { SNAPSHOTS, SEED = "4", STREAMS = "120" } = process.env;

/** Pieces of a stream, and cuts of one. */
const PIECES = 120;
const CUTS = 12;

/** While a stream is made shorter. */
const MOST_CUTS = 40;

/** So many streams are made short and told. */
const SHOWN = 3;

const folder = mkdtempSync(join(tmpdir(), "relatch-streams-"));
after(() => rmSync(folder, { recursive: true }));

test(`${STREAMS} random streams are the same after a snapshot at each of ${CUTS} cuts (seed ${SEED})`, () => {
  const failing = [];
  for (let i = 0; i < Number(STREAMS); i++) {
    const random = randomFrom(Number(SEED) * 1_000_003 + i);
    const pieces = withMalformed(stream(random, PIECES), random);
    const { bytes } = recorded("", pieces);
    if (wrongAt(pieces, cuts(bytes, CUTS, random)).length) failing.push({ i, pieces });
  }
  const told = failing.slice(0, SHOWN).map(({ i, pieces }) => {
    const short = shrunk(pieces, (fewer) => wrongAt(fewer, everywhere(fewer)).length > 0);
    const texts = short.map((piece) => (Buffer.isBuffer(piece) ? piece.toString("latin1") : piece));
    return `stream ${i}: ${JSON.stringify(texts)}\n${wrongAt(short, everywhere(short))[0]?.text ?? "not shorter"}`;
  });
  assert.equal(failing.length, 0, `${failing.length} of ${STREAMS} streams differ (SEED=${SEED}):\n${told.join("\n")}`);
});

/** Bytes that are no UTF-8 come in between now and then. */
function withMalformed(pieces, random) {
  return pieces.flatMap((piece, i) =>
    i && random() < 0.02 ? [piece, Buffer.from(MALFORMED[Math.floor(random() * MALFORMED.length)], "latin1")] : [piece],
  );
}

/** Every offset of a short stream; of a longer one so many as are checked soon. */
function everywhere(pieces) {
  const { length } = recorded("", pieces).bytes;
  const step = Math.max(1, Math.ceil(length / MOST_CUTS));
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => i * step);
}

function wrongAt(pieces, offsets) {
  const recording = recorded("stream", pieces);
  const path = join(folder, "stream.json");
  const { name, cols, rows, resizes, bytes } = recording;
  writeFileSync(path, JSON.stringify({ program: name, cols, rows, resizes }));
  writeFileSync(join(folder, "stream.bytes"), bytes);
  return check(recording, offsets, snapshots(SNAPSHOTS, path, offsets));
}
