// 16 MB of output and 16 KB of input, through 40 cuts and 5 reloads: the same bytes at both ends. `npm run soak` is the long version.
import assert from "node:assert/strict";
import { test } from "node:test";
import { missing } from "../soak/faults.mjs";
import { KINDS } from "../soak/kinds.mjs";
import { NAMES } from "../soak/runs.mjs";
import { playStream } from "../soak/stream.mjs";

const SHAPE = { blocks: 1024, blockBytes: 16 * 1024, pieceBytes: 16, seed: 1 };
const CUTS = 40;

test("16 MB of output and 16 KB of input come through 40 cuts and 5 reloads, byte for byte", async (t) => {
  const kinds = Object.fromEntries(
    Object.entries(KINDS)
      .filter(([, { slow }]) => !slow)
      .map(([name, kind]) => [name, { ...kind, variants: kind.variants?.slice(0, 1) }]),
  );
  assert.ok(Object.keys(kinds).length <= CUTS, "each kind is played");
  const { times, snapshot } = await playStream(t, { shape: SHAPE, cuts: CUTS, reloads: 5, pauses: 0, kinds });
  const survived = Object.entries(times).map(([kind, { length }]) => `${length} × ${kind}`);
  t.diagnostic(`survived: ${survived.join(", ")}; attempts of the last page ${snapshot.attempts}`);
});

test("what the soak's table of faults names is there", () => {
  assert.deepEqual(missing(NAMES), []);
});
