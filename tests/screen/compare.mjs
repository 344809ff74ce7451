// Two terminals' states against each other: what differs, by name.
import { CELL, cellAt, WITHIN_A_CHARACTER } from "./probe.mjs";

/**
 * The differences between the state that is right and another one: `{ what, where, right, got }`, `what` being the property's
 * name. `fresh`: the other terminal has just been restored, so that its scrollback's length is known too. `reflowed`: its width has
 * changed since. `scrollback`: what is above the screen is compared.
 */
export function differences(right, got, { fresh = false, reflowed = false, scrollback = true } = {}) {
  const found = [];
  const differ = (what, where, a, b) => a !== b && found.push({ what, where, right: a, got: b });

  differ("size", "terminal", `${right.cols}x${right.rows}`, `${got.cols}x${got.rows}`);
  if (found.length) return found;
  const names = new Set([...Object.keys(right.facts), ...Object.keys(got.facts)]);
  // What a character that is not whole does to a sequence that it comes in shows with its last byte.
  if (right.facts["parser state"] === WITHIN_A_CHARACTER) names.delete("parser state");
  for (const name of names) differ(name, "terminal", right.facts[name], got.facts[name]);

  if (scrollback) above();
  rows("screen", right.screen, got.screen);
  // Which screen is active differs where only one has another behind: that has been said.
  if (right.behind.length === got.behind.length) rows("screen behind", right.behind, got.behind);
  return found;

  function above() {
    if (fresh) differ("lines of scrollback", "terminal", right.scrollback.length, got.depth);
    // A terminal that was restored has had fewer lines above than the other; the last of them are the same.
    const shared = Math.min(right.scrollback.length, got.scrollback.length);
    const last = (rows) => rows.slice(rows.length - shared);
    // Where its first line has begun is above it, which only the other knows: and how that line is wrapped at another width.
    const begunAbove = got.depth === shared && right.depth > got.depth;
    rows("scrollback", last(right.scrollback), last(got.scrollback), begunAbove);
  }

  function rows(name, rightRows, gotRows, begunAbove) {
    const next = gotRows.findIndex(({ wrapped }, y) => y > 0 && !wrapped);
    const unknown = !begunAbove || !reflowed ? 0 : next < 0 ? gotRows.length : next;
    rightRows.slice(unknown).forEach((row, i) => {
      const y = unknown + i;
      const where = `${name} row ${y + 1}`;
      if (!(begunAbove && y === 0)) differ("wrapped", where, row.wrapped, gotRows[y].wrapped);
      for (const x of columns(row, gotRows[y])) {
        const [a, b] = [cellAt(row, x), cellAt(gotRows[y], x)];
        for (const key of Object.keys(a)) differ(key, `${where} column ${x + 1}`, a[key], b[key]);
      }
    });
  }
}

/** The columns in which two rows differ. */
function columns(a, b) {
  const found = new Set();
  for (let i = 0; i < a.cells.length; i++) if (a.cells[i] !== b.cells[i]) found.add(Math.floor(i / CELL));
  for (const key of ["texts", "links"])
    for (const x of [...a[key].keys(), ...b[key].keys()]) if (a[key].get(x) !== b[key].get(x)) found.add(x);
  return [...found].sort((x, y) => x - y);
}

/** Differences as lines to read, the first of them. */
export function told(differences, most = 12) {
  const lines = differences
    .slice(0, most)
    .map(({ what, where, right, got }) => `  ${where}: ${what} is ${got}, not ${right}`);
  if (differences.length > most) lines.push(`  and ${differences.length - most} more`);
  return lines.join("\n");
}

/** The last bytes before an offset, to read. */
export function bytesBefore(bytes, offset, count = 80) {
  const latin1 = bytes.subarray(Math.max(0, offset - count), offset).toString("latin1");
  return latin1.replace(/[^ -\[\]-~]/g, (char) => {
    const code = char.charCodeAt(0);
    return code === 0x1b ? "\\e" : code === 0x5c ? "\\\\" : `\\x${code.toString(16).padStart(2, "0")}`;
  });
}
