// Snapshots of output that no program prints. Another SEED makes other streams, STREAMS more of them. One that fails is made short:
// of some thousand cuts a few do, where xterm.js has a state that no program and no snapshot makes, as half a wide character.
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

const { SNAPSHOTS, SEED = "4", STREAMS = "80" } = process.env;

/** Pieces of a stream, and cuts of one. */
const PIECES = 60;
const CUTS = 12;

/** So many streams are made short and told. */
const SHOWN = 3;

/** A stream that is made shorter is cut at so many places of its end, and at as many all over it. */
const PLACES = 60;

const folder = mkdtempSync(join(tmpdir(), "relatch-streams-"));
after(() => rmSync(folder, { recursive: true }));

test(`${STREAMS} random streams are the same after a snapshot at each of ${CUTS} cuts (seed ${SEED})`, () => {
  const failing = [];
  for (let i = 0; i < Number(STREAMS); i++) {
    const random = randomFrom(Number(SEED) * 1_000_003 + i);
    const pieces = withMalformed(stream(random, PIECES), random);
    const [wrong] = wrongAt(pieces, cuts(recorded("", pieces).bytes, CUTS, random));
    if (wrong) failing.push({ i, pieces, wrong });
  }
  const told = failing.slice(0, SHOWN).map(({ i, pieces, wrong }) => `stream ${i}: ${short(pieces, wrong)}`);
  const count = `${failing.length} of ${STREAMS} streams differ (SEED=${SEED})`;
  assert.equal(failing.length, 0, `${count}:\n${told.join("\n")}`);
});

/** Bytes that are no UTF-8 come in between now and then. */
function withMalformed(pieces, random) {
  const one = () => MALFORMED[Math.floor(random() * MALFORMED.length)];
  return pieces.flatMap((piece, i) => (i && random() < 0.02 ? [piece, one()] : [piece]));
}

/** The shortest stream that is wrong too, and in what. */
function short(pieces, wrong) {
  const until = pieces.findIndex((_, i) => i && recorded("", pieces.slice(0, i + 1)).bytes.length >= wrong.offset);
  const start = [pieces.slice(0, until + 1), pieces].find((some) => wrongAt(some, places(some)).length);
  if (!start) return wrong.text;
  const least = shrunk(start, (fewer) => wrongAt(fewer, places(fewer)).length > 0);
  const texts = least.map((piece) => (Buffer.isBuffer(piece) ? piece.toString("latin1") : piece));
  return `${JSON.stringify(texts)}\n${wrongAt(least, places(least))[0].text}`;
}

function places(pieces) {
  const { length } = recorded("", pieces).bytes;
  const step = Math.ceil((length + 1) / PLACES);
  return Array.from({ length: length + 1 }, (_, at) => at).filter((at) => at % step === 0 || at > length - PLACES);
}

function wrongAt(pieces, offsets) {
  const { bytes, ...about } = recorded("stream", pieces);
  const path = join(folder, "stream.json");
  writeFileSync(path, JSON.stringify(about));
  writeFileSync(join(folder, "stream.bytes"), bytes);
  return check({ bytes, ...about }, offsets, snapshots(SNAPSHOTS, path, offsets));
}
