// A program that paints a screen step by step, and what it paints: any step of it follows from a seed and the screen's size.
//
// As a program on a pty (`node painting.mjs SEED`) it reads two numbers a line: prints its steps up to the one, and then so many times its
// progress, which changes one corner alone. All of it as fast as it goes. It never draws its screen anew, whatever happens to its size:
// what a step has put somewhere is printed once.
import { pathToFileURL } from "node:url";
import { randomFrom } from "./random.mjs";

/** The steps go between the two screens this often; so many of them are on the alternate one. */
const ROUND = 1_000;
const ON_ALTERNATE = 400;

/** So many steps make a piece. */
const GROUP = 1_000;

const TEXTS = [
  "build",
  "ok",
  "warning: unused",
  "done ✓",
  "straße",
  "数据库",
  "日本語の端末",
  "한국어",
  "── box ──",
  "Ελληνικά",
  "x",
];
const MODES = ["?1", "?25", "?1004", "?2004", "?1000", "?1006", "?1002"];

// Two things that xterm.js does to itself are not painted. Where cells are inserted on the second half of a wide letter, that half is left
// alone, without its first; narrow letters written there before leave none. And an underline that DECRC has taken back comes again with the
// next hyperlink; there is none before that.
const NARROW = "ab";
const PLAIN = "\x1b[24m";

export class Painting {
  constructor({ seed, cols, rows }) {
    Object.assign(this, { seed, cols, rows });
  }

  /** What is printed before the first step: a terminal as it is when it was just made. */
  get start() {
    return "\x1bc\x1b[2J\x1b[H";
  }

  step(index) {
    const random = randomFrom(Math.imul(this.seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
    const brush = new Brush(random, this.cols, this.rows);
    if (index % ROUND === ROUND - ON_ALTERNATE) return "\x1b[?1049h" + brush.text();
    if (index % ROUND === ROUND - 1) return "\x1b[?1049l" + brush.text();
    return brush.stroke();
  }

  /** Progress says a number in a corner, and in the title, and leaves all else as it is. */
  progress(number) {
    return `\x1b7\x1b[1;1H\x1b[0;3${number % 8}m進捗 ${number}\x1b8\x1b]0;進捗 ${number}\x07`;
  }

  /** What is printed from one step to below another, and so many times of progress behind that. In pieces. */
  *prints(from, to, times) {
    for (const [begin, end, text] of [
      [from, to, (index) => this.step(index)],
      [0, times, (index) => this.progress(index)],
    ])
      for (let index = begin; index < end;) {
        let piece = "";
        for (const group = Math.min(index + GROUP, end); index < group; index++) piece += text(index);
        yield Buffer.from(piece);
      }
  }
}

class Brush {
  constructor(random, cols, rows) {
    Object.assign(this, { random, cols, rows });
  }

  /** One thing that a program does to its screen. */
  stroke() {
    const { random } = this;
    const strokes = [
      () => this.at() + this.colour() + this.text(),
      () => this.at() + this.colour() + this.text() + "\x1b[m",
      () => this.at() + this.text(),
      () => this.at() + this.colour() + this.text() + this.text() + this.text() + this.text(),
      () => this.at() + this.cell("X", "P", "K"),
      () => this.at() + NARROW + this.cell("@"),
      () => this.at() + this.cell("L", "M", "S", "T"),
      () => this.at() + `\x1b[${random(2)}K`,
      () => this.region() + this.colour() + "\n".repeat(1 + random(3)) + this.text(),
      () => "\x1b[r" + this.at() + this.text(),
      () => this.at() + PLAIN + "\x1b7" + this.at() + this.colour() + this.text() + PLAIN + "\x1b8" + this.text(),
      () => this.at() + `\x1b]8;;https://example.org/${random(1000)}\x1b\\${this.text()}\x1b]8;;\x1b\\`,
      () => `\x1b]0;title ${random(1_000_000)} 題\x07`,
      () => this.at() + "\x1b(0" + "lqqwqqk".slice(random(3)) + "\x1b(B",
      () => `\x1b[${MODES[random(MODES.length)]}${random(2) ? "h" : "l"}`,
      () => this.at() + NARROW + "\x1b[4h" + this.text() + "\x1b[4l",
      // In narrow letters: what becomes of half a wide one at the margin depends on where xterm.js's input happens to be cut.
      () => this.at() + "\x1b[?7l" + "without wrapping, to the margin" + "\x1b[?7h",
      () => this.at() + "\t" + this.text() + "\r\n" + this.text(),
      () => "\x1bM".repeat(1 + random(3)) + this.text(),
    ];
    return strokes[random(strokes.length)]();
  }

  at() {
    return `\x1b[${1 + this.random(this.rows)};${1 + this.random(this.cols)}H`;
  }

  text() {
    return TEXTS[this.random(TEXTS.length)];
  }

  /** Something done to a few cells or lines. */
  cell(...kinds) {
    return `\x1b[${1 + this.random(4)}${kinds[this.random(kinds.length)]}`;
  }

  region() {
    const top = 1 + this.random(this.rows - 3);
    const bottom = top + 2 + this.random(this.rows - top - 2);
    return `\x1b[${top};${bottom}r\x1b[${bottom};1H`;
  }

  colour() {
    const { random } = this;
    const byte = () => random(256);
    const colours = [
      () => `${30 + random(8)}`,
      () => `${40 + random(8)}`,
      () => `${90 + random(8)}`,
      () => `38;5;${byte()}`,
      () => `48;5;${byte()}`,
      () => `38;2;${byte()};${byte()};${byte()}`,
      () => `48;2;${byte()};${byte()};${byte()}`,
      () => `${[1, 2, 3, 4, 7, 9][random(6)]}`,
      () => "0",
      () => "39;49",
    ];
    return `\x1b[${colours[random(colours.length)]()}m`;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { columns: cols, rows } = process.stdout;
  const painting = new Painting({ seed: Number(process.argv[2]), cols, rows });
  let printed = 0;
  let typed = "";
  process.stdout.write(painting.start);
  process.stdin.setEncoding("utf8").on("data", (data) => {
    typed += data;
    const lines = typed.split("\n");
    typed = lines.pop();
    for (const line of lines) {
      // The terminal types as well: that it has the focus, say.
      const [, to, times] = /(\d+) (\d+)$/.exec(line);
      for (const piece of painting.prints(printed, Number(to), Number(times))) process.stdout.write(piece);
      printed = Number(to);
    }
  });
}
