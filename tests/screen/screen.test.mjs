// Each recording, cut at random places and restored from the server's snapshot there, against xterm.js that has read it whole.
// Another SEED cuts at other places, CUTS at more of them, RECORDING=vim-edit,tmux only those.
import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "./check.mjs";
import { cuts, insides, randomFrom, recordings, shares } from "./recordings.mjs";
import { snapshots } from "./snapshots.mjs";

const { SNAPSHOTS, SEED = "4", CUTS = "2400", RECORDING } = process.env;

/** So many cuts are told in full. */
const SHOWN = 3;

const all = recordings(RECORDING?.split(","));
const random = randomFrom(Number(SEED));
const share = shares(all, Number(CUTS));
const planned = all.map(({ bytes }, i) => cuts(bytes, share[i], random));

all.forEach((recording, i) =>
  test(`${recording.name} is the same after a snapshot at each of ${planned[i].length} cuts (seed ${SEED})`, () => {
    const offsets = planned[i];
    const wrong = check(recording, offsets, snapshots(SNAPSHOTS, recording.path, offsets));
    const shown = wrong.slice(0, SHOWN).map(({ text }) => text);
    assert.equal(
      wrong.length,
      0,
      `${wrong.length} of ${offsets.length} cuts differ (SEED=${SEED}):\n${shown.join("\n")}`,
    );
  }),
);

if (!RECORDING)
  test("the cuts are at least 2,000, and hundreds of them are within a sequence or a character", () => {
    const within = all.map(({ bytes }, i) => {
      const inside = new Set(insides(bytes));
      return planned[i].filter((offset) => inside.has(offset)).length;
    });
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    assert.ok(sum(planned.map((offsets) => offsets.length)) >= 2000);
    assert.ok(sum(within) >= 500);
  });
