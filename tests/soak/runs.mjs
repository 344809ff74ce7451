// The two runs of the soak, as its script plays them: each resolves to its report, and to how often it played what by name.
import { AWAY, playGaps, RESTARTS } from "./gaps.mjs";
import { KINDS } from "./kinds.mjs";
import { PAUSES } from "./plan.mjs";
import { RELOADS } from "./reloads.mjs";
import { ofGaps, ofStream } from "./report.mjs";
import { playStream } from "./stream.mjs";

/** The second run prints this part of what the first one does, in so many floods. */
const FLOODS_PART = 1 / 8;
const FLOODS = 16;

const [FIRST_WELCOME, LATE_HELLO] = ["the first of all welcomes lost", "an end by the page, then a late hello"];
const CATCHING_UP = "a cut while it caught up";
const gapWhile = (away) => `a gap while the page was ${away}`;

/** All that is counted by name. */
export const NAMES = [
  ...Object.entries(KINDS).flatMap(([name, { variants = [] }]) => variants.map((variant) => `${name}: ${variant}`)),
  ...[...Object.keys(KINDS), ...Object.keys(RELOADS), ...Object.keys(RESTARTS)],
  ...[...Object.keys(AWAY).map(gapWhile), ...Object.keys(PAUSES)],
  ...[FIRST_WELCOME, LATE_HELLO, CATCHING_UP],
];

export async function stream(t, options) {
  const measured = await playStream(t, options);
  // Each run begins and ends so.
  const counts = { ...measured.played, [FIRST_WELCOME]: 1, [LATE_HELLO]: 1 };
  for (const [name, { length }] of Object.entries(measured.times)) counts[name] = length;
  return { lines: ofStream(measured), counts };
}

export async function gaps(t, { seed, megabytes, progress }) {
  const bytes = megabytes * 2 ** 20 * FLOODS_PART;
  const measured = await playGaps(t, { seed, bytes, rounds: FLOODS, progress });
  const { restarts, floods, cuts } = measured;
  const counts = { ...restarts, [CATCHING_UP]: cuts };
  for (const [away, times] of Object.entries(floods)) counts[gapWhile(away)] = times;
  return { lines: ofGaps({ ...measured, counts }), counts };
}
