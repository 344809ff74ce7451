// A page that has shown something else, and draws the snapshot after what the addon writes before one: nothing of it stays.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { transformSync } from "esbuild";
import { check } from "./check.mjs";
import { cuts, randomFrom, recordings } from "./recordings.mjs";
import { snapshots } from "./snapshots.mjs";

const { SNAPSHOTS, SEED = "4" } = process.env;

const UNTITLED = Buffer.from("\x1b]2;\x07");

/** Cuts of each recording. */
const CUTS = 8;

const source = readFileSync(new URL("../../js/reset.ts", import.meta.url), "utf8");
const { code } = transformSync(source, { loader: "ts" });
const { gapBeforeSnapshot } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

const all = recordings();

const random = randomFrom(Number(SEED));

for (const recording of all)
  test(`${recording.name} is the same on a page that has shown another program (seed ${SEED})`, () => {
    const offsets = cuts(recording.bytes, CUTS, random);
    // All of what the other program printed, or the beginning, which may end within a sequence.
    const shown = offsets.map(() => {
      const { bytes } = all[Math.floor(random() * all.length)];
      return random() < 0.3 ? bytes : bytes.subarray(0, Math.floor(random() * bytes.length));
    });
    // A title stays, as it does where nothing is missing: a session does not take its own back.
    const before = (i, { rows }) => Buffer.concat([shown[i], gapBeforeSnapshot(1, rows), UNTITLED]);
    const wrong = check(recording, offsets, snapshots(SNAPSHOTS, recording.path, offsets), before);
    assert.equal(wrong.length, 0, `${wrong.length} of ${offsets.length} cuts differ:\n${wrong[0]?.text}`);
  });
