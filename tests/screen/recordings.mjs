// The recordings, and where they are cut.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../recordings/", import.meta.url));

/** All recordings, or the named ones. */
export function recordings(names) {
  const there = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
  return there.filter((name) => !names || names.includes(name)).map(recording);
}

function recording(name) {
  const path = `${FOLDER}${name}.json`;
  return { name, path, bytes: readFileSync(`${FOLDER}${name}.bytes`), ...JSON.parse(readFileSync(path, "utf8")) };
}

/** The size of a recording's terminal at an offset: a change of it comes before the byte there. */
export function sizeAt({ cols, rows, resizes }, offset) {
  const last = resizes.filter(([at]) => at <= offset).at(-1);
  return last ? { cols: last[1], rows: last[2] } : { cols, rows };
}

/** A short recording is cut so often at least. */
const LEAST = 60;

/** Shares about `total` cuts among recordings: a long one gets more. */
export function shares(recordings, total) {
  const weights = recordings.map(({ bytes }) => Math.sqrt(bytes.length));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => Math.max(LEAST, Math.round((total * weight) / sum)));
}

/** Some offsets to cut at, ascending, each once. A third of them, if there are as many, are within a sequence or a character. */
export function cuts(bytes, count, random) {
  const inside = insides(bytes);
  const chosen = new Set();
  const pick = (from, until) => {
    for (let tries = 0; chosen.size < until && tries < 100 * until; tries++) chosen.add(from());
  };
  const within = Math.min(inside.length, Math.floor(count / 3));
  pick(() => inside[Math.floor(random() * inside.length)], within);
  pick(() => 1 + Math.floor(random() * bytes.length), count);
  return [...chosen].sort((a, b) => a - b);
}

/** The offsets before which a sequence or a character has begun and has not ended. */
export function insides(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + lengthAt(bytes, at));
    for (let inside = at + 1; inside < end; inside++) found.push(inside);
    at = end;
  }
  return found;
}

function lengthAt(bytes, at) {
  const first = bytes[at];
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  if (first >= 0xc0) return 2;
  if (first !== 0x1b) return 1;
  const text = bytes.subarray(at, at + 4096).toString("latin1");
  // CSI; OSC and DCS, which BEL or ST ends; and the rest: a final byte after any intermediate ones.
  return (/^\x1b(\[[\x20-\x3f]*.|[\]P][^\x07\x1b]*(\x07|\x1b\\)|[ -/]*.)/s.exec(text)?.[0] ?? text).length;
}

/** Numbers from 0 to below 1 that follow from a seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
