// The comparison notices what it is there for: each property, changed alone in a snapshot, is named.
import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "./check.mjs";
import { differences } from "./compare.mjs";
import { cellAt, feed, stateOf, terminal } from "./probe.mjs";
import { recordings } from "./recordings.mjs";

const NORMAL = "one\r\n\x1b[1mtwo 漢 e\u0301\x1b[m\r\nthree\x1b[1;3H";
const ALTERNATE = `${NORMAL}\x1b[?1049hanother\x1b[1;3H`;

/** By property, what changes it. */
const MODES = {
  "alternate screen": "\x1b[?1049h",
  "cursor hidden": "\x1b[?25l",
  "cursor style": "\x1b[4 q",
  "cursor blink": "\x1b[1 q",
  "cursor blink by mode 12": "\x1b[?12h",
  "application cursor keys": "\x1b[?1h",
  "application keypad": "\x1b=",
  "bracketed paste": "\x1b[?2004h",
  "origin mode": "\x1b[?6h",
  "reverse wraparound": "\x1b[?45h",
  "focus reports": "\x1b[?1004h",
  "synchronized output": "\x1b[?2026h",
  wraparound: "\x1b[?7l",
  "insert mode": "\x1b[4h",
  "line feed mode": "\x1b[20h",
  "mouse tracking": "\x1b[?1002h",
  "mouse encoding": "\x1b[?1006h",
};
const OTHERS = {
  "cursor column": "\x1b[C",
  "cursor row": "\x1b[B",
  "charset in use": "\x1b(0",
  "charset level": "\x0e",
  "charset G0": "\x1b(A",
  "charset G1": "\x1b)0",
  "charset G2": "\x1b*0",
  "charset G3": "\x1b+0",
  attributes: "\x1b[31m",
  title: "\x1b]2;another\x07",
  "parser state": "\x1b[",
};
const OF_A_SCREEN = {
  "scroll region": "\x1b[2;3r",
  "tab stops": "\x1b[3g",
  "saved cursor column": "\x1b[1;2H\x1b7",
  "saved cursor row": "\x1b[2;1H\x1b7",
  "saved attributes": "\x1b[1m\x1b7\x1b[m",
  "saved charset": "\x1b(0\x1b7\x1b(B",
};
const BEHIND = Object.fromEntries(
  Object.entries(OF_A_SCREEN).map(([name, bytes]) => [`behind: ${name}`, `\x1b[?47l${bytes}\x1b[?47h`]),
);
const sgr = (parameters) => `\x1b[${parameters}mo\x1b[m`;
const CELLS = {
  text: "x",
  width: "漢",
  foreground: sgr(31),
  background: sgr("48;2;1;2;3"),
  inverse: sgr(7),
  bold: sgr(1),
  underline: sgr(4),
  blink: sgr(5),
  invisible: sgr(8),
  strikethrough: sgr(9),
  italic: sgr(3),
  dim: sgr(2),
  protected: '\x1b[1"qo\x1b[0"q',
  overline: sgr(53),
  "underline style": sgr("4:3"),
  "underline colour": sgr("4;58;5;9"),
  link: "\x1b]8;;https://example.org\x07o\x1b]8;;\x07",
};
const LINES = {
  wrapped: `\x1b[2;1H${"o".repeat(21)}`,
  "lines of scrollback": "\x1b[5;1H\n",
};

for (const [name, bytes] of Object.entries({ ...MODES, ...OTHERS, ...OF_A_SCREEN, ...CELLS, ...LINES }))
  test(`a change of ${name} is noticed`, () =>
    assert.ok(noticed(NORMAL, bytes).includes(name), noticed(NORMAL, bytes)));

for (const [name, bytes] of Object.entries(BEHIND))
  test(`a change of ${name} is noticed`, () => assert.ok(noticed(ALTERNATE, bytes).includes(name)));

test("a change of the size is noticed", () => {
  assert.deepEqual(
    differences(state(NORMAL), state(NORMAL, 21)).map(({ what }) => what),
    ["size"],
  );
});

test("a cell of the screen behind, and one of the scrollback, are noticed", () => {
  const behind = differences(state(ALTERNATE), state(ALTERNATE.replace("three", "four")));
  assert.ok(behind.some(({ where }) => where === "screen behind row 3 column 1"));
  const [right, got] = ["one", "two"].map((line) => state(`${line}\r\n\n\n\n\n`));
  assert.ok(differences(right, got).some(({ where }) => where === "scrollback row 1 column 1"));
});

test("the same bytes differ in nothing", () => {
  for (const bytes of [NORMAL, ALTERNATE])
    assert.deepEqual(differences(state(bytes), state(bytes), { fresh: true }), []);
});

test("nothing is compared that none of these tests changes", () => {
  const { facts, screen } = state(ALTERNATE);
  const compared = [...Object.keys(facts), ...Object.keys(cellAt(screen[0], 0)), ...Object.keys(LINES)];
  assert.deepEqual(
    compared.sort(),
    Object.keys({ ...MODES, ...OTHERS, ...OF_A_SCREEN, ...BEHIND, ...CELLS, ...LINES }).sort(),
  );
});

test("a snapshot of a recording that lacks a mode is noticed at each cut, and the recording itself is right", () => {
  const [vim] = recordings(["vim-killed"]);
  const offsets = [500, 1000, 1500, 2000];
  const raw = offsets.map((offset) => vim.bytes.subarray(0, offset));
  assert.deepEqual(check(vim, offsets, raw), []);
  const lacking = raw.map((bytes) => Buffer.from(bytes.toString("latin1").replaceAll("\x1b[?2004h", ""), "latin1"));
  assert.deepEqual(
    check(vim, offsets, lacking).map(({ found }) => found.map(({ what }) => what)),
    offsets.map(() => ["bracketed paste"]),
  );
});

test("a snapshot that looks right is wrong if what comes next shows another screen", () => {
  // REP repeats what was printed last; moving the cursor forgets that.
  const recording = { name: "repeated", cols: 20, rows: 5, resizes: [], bytes: Buffer.from("a\x1b[3b") };
  assert.deepEqual(check(recording, [1], [Buffer.from("a")]), []);
  const [wrong] = check(recording, [1], [Buffer.from("a\x1b[1;2H")]);
  assert.match(wrong.text, /^repeated, cut at 1, 4 bytes later \(20x5\):/);
});

/** The names of what differs once more bytes have come. */
function noticed(snapshot, bytes) {
  return differences(state(snapshot), state(snapshot + bytes), { fresh: true }).map(({ what }) => what);
}

function state(bytes, cols = 20) {
  const screen = terminal(cols, 5);
  feed(screen, Buffer.from(bytes));
  return stateOf(screen);
}
