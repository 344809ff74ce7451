// All that is asked of @xterm/headless: a terminal that is fed at once, and its whole state. Most of that is not in its public
// interface; where a version of it no longer has something, that is said, instead of comparing nothing with nothing.
import headless from "@xterm/headless";

/** Lines above the screen that a snapshot has at most. */
export const SCROLLBACK = 100;

/** What a cell is, in the order of `Row.cells`. */
export const CELL = 4;

/** The parser's state while a character's last bytes are not there yet. */
export const WITHIN_A_CHARACTER = "within a character";

const COMBINED = 0x200000;
const CODE_POINT = 0x1fffff;
const BLANK = 32;
const WIDTH_SHIFT = 22;
const WIDTH = 3 << WIDTH_SHIFT;
const EXTENDED = 0x10000000;
const UNDERLINE = 0x10000000;
const UNDERLINE_STYLE = 0x1c000000;
const SINGLE = 1 << 26;

/** A terminal with nothing on it. */
export function terminal(cols, rows) {
  return new headless.Terminal({ cols, rows, allowProposedApi: true, logLevel: "off" });
}

/**
 * Has it parse bytes before this returns. A character whose last bytes are not there yet is kept until they are: where a piece ends
 * within one, xterm.js 6 loses it if a byte before is 0x80 (as in “, –, … and other characters from U+2000 on).
 */
export function feed(terminal, bytes) {
  const all = Buffer.concat([kept.get(terminal) ?? Buffer.alloc(0), bytes]);
  const whole = all.length - unfinished(all);
  kept.set(terminal, all.subarray(whole));
  // The public write() parses in a later turn. None of the parser's handlers is asynchronous here.
  const core = of(terminal, "_core");
  of(core, "writeSync");
  core.writeSync(all.subarray(0, whole));
}

const kept = new WeakMap();

/** How many of the last bytes are of a character that is not whole. */
function unfinished(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    const length = byte >= 0xf5 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) return back;
    if ((byte & 0xc0) !== 0x80) return 0;
  }
  return 0;
}

/** A terminal's state: `facts` by name, and rows of cells: the `screen`, the `behind` one, and the `scrollback` above the normal one. */
export function stateOf(terminal) {
  const core = of(terminal, "_core");
  const { normal, active } = of(core, "buffers");
  const alternate = active !== normal;
  const rows = (buffer, from, to) => {
    const lines = of(buffer, "lines");
    return Array.from({ length: to - from }, (_, i) => rowOf(core, lines.get(from + i), terminal.cols));
  };
  const viewport = (buffer) => rows(buffer, of(buffer, "ybase"), buffer.ybase + terminal.rows);
  return {
    cols: terminal.cols,
    rows: terminal.rows,
    facts: {
      ...factsOf(terminal, core, active),
      ...(alternate ? prefixed("behind: ", bufferFacts(normal, terminal)) : {}),
    },
    screen: viewport(active),
    behind: alternate ? viewport(normal) : [],
    scrollback: rows(normal, Math.max(0, normal.ybase - SCROLLBACK), normal.ybase),
    depth: normal.ybase,
  };
}

/** All that is neither a cell nor of a line. */
function factsOf(terminal, core, buffer) {
  const modes = of(core, "coreService");
  const mouse = of(core, "coreMouseService");
  const charsets = of(core, "_charsetService");
  const input = of(core, "_inputHandler");
  const { options } = core;
  const private_ = of(modes, "decPrivateModes");
  return {
    "alternate screen": buffer !== core.buffers.normal,
    // The last column's right: the next character goes to the next line.
    "cursor column": of(buffer, "x"),
    "cursor row": of(buffer, "y"),
    "cursor hidden": of(modes, "isCursorHidden"),
    "cursor style": of(private_, "cursorStyle"),
    "cursor blink": of(private_, "cursorBlink"),
    "cursor blink by mode 12": of(options, "cursorBlink"),
    "application cursor keys": of(private_, "applicationCursorKeys"),
    "application keypad": of(private_, "applicationKeypad"),
    "bracketed paste": of(private_, "bracketedPasteMode"),
    "origin mode": of(private_, "origin"),
    "reverse wraparound": of(private_, "reverseWraparound"),
    "focus reports": of(private_, "sendFocus"),
    "synchronized output": of(private_, "synchronizedOutput"),
    wraparound: of(private_, "wraparound"),
    "insert mode": of(of(modes, "modes"), "insertMode"),
    "line feed mode": of(options, "convertEol"),
    "mouse tracking": of(mouse, "activeProtocol"),
    "mouse encoding": of(mouse, "activeEncoding"),
    "charset in use": charsetName(charsets.charset),
    "charset level": of(charsets, "glevel"),
    ...Object.fromEntries([0, 1, 2, 3].map((g) => [`charset G${g}`, charsetName(of(charsets, "_charsets")[g])])),
    attributes: attributesText(core, of(input, "_curAttrData")),
    title: of(input, "_windowTitle"),
    "parser state": kept.get(terminal)?.length ? WITHIN_A_CHARACTER : of(of(input, "_parser"), "currentState"),
    ...bufferFacts(buffer, core),
  };
}

/** What each of the two screens has of its own. */
function bufferFacts(buffer, { cols, rows }) {
  const { fg, bg } = of(buffer, "savedCurAttrData");
  return {
    "scroll region": `${of(buffer, "scrollTop") + 1} to ${of(buffer, "scrollBottom") + 1}`,
    "tab stops": Object.keys(of(buffer, "tabs"))
      .filter((column) => buffer.tabs[column] && column < cols)
      .join(" "),
    // One that waits to wrap is restored on the last column.
    "saved cursor column": Math.min(cols - 1, of(buffer, "savedX")),
    // It moves with the text, and is taken for the screen's first or last row once that has left it.
    "saved cursor row": Math.max(0, Math.min(rows - 1, of(buffer, "savedY") - buffer.ybase)),
    "saved attributes": `${colour("foreground", fg)}, ${colour("background", bg)}, ${flags(fg, bg)}`,
    "saved charset": charsetName(of(buffer, "savedCharset")),
  };
}

/** A line: four numbers a cell (content, foreground, background, underline), and what does not fit into numbers. */
function rowOf(core, line, cols) {
  const data = of(line, "_data");
  const cells = new Uint32Array(cols * CELL);
  const texts = new Map();
  const links = new Map();
  const width = Math.min(cols, line.length);
  for (let x = 0; x < width; x++) {
    const [content, fg, bg] = [data[x * 3], data[x * 3 + 1], data[x * 3 + 2]];
    const at = x * CELL;
    if (content & COMBINED) {
      texts.set(x, of(line, "_combined")[x]);
      cells[at] = COMBINED | (content & WIDTH);
      // What was never written and a blank look alike.
    } else cells[at] = (content & CODE_POINT) === 0 && (content & WIDTH) !== 0 ? content | BLANK : content;
    cells[at + 1] = fg;
    cells[at + 2] = bg & ~EXTENDED;
    cells[at + 3] = fg & UNDERLINE ? SINGLE : 0;
    if (bg & EXTENDED) {
      const more = of(line, "_extendedAttrs")[x];
      const ext = of(more, "_ext");
      // Without an underline its style and colour are not to be seen.
      if (fg & UNDERLINE) cells[at + 3] = (ext & UNDERLINE_STYLE) | underlineColour(ext);
      const link = linkOf(core, more);
      if (link) links.set(x, link);
    }
  }
  // A narrower window cuts an alternate screen's wide characters in two: such a half cannot be written.
  const edge = (cols - 1) * CELL;
  if ((cells[edge] & WIDTH) >>> WIDTH_SHIFT === 2) {
    cells[edge] = BLANK | (1 << WIDTH_SHIFT);
    texts.delete(cols - 1);
  }
  for (let x = width; x < cols; x++) cells[x * CELL] = BLANK | (1 << WIDTH_SHIFT);
  return { cells, texts, links, wrapped: of(line, "isWrapped") };
}

function linkOf(core, extended) {
  const id = of(extended, "urlId");
  return id ? (of(core, "_oscLinkService").getLinkData(id)?.uri ?? "") : "";
}

/** What a row has at a column, by name. */
export function cellAt(row, x) {
  const [content, fg, bg, underline] = row.cells.subarray(x * CELL, (x + 1) * CELL);
  const text = content & COMBINED ? row.texts.get(x) : String.fromCodePoint(content & CODE_POINT);
  return {
    text: JSON.stringify(text),
    width: content >>> WIDTH_SHIFT,
    foreground: colour("foreground", fg),
    background: colour("background", bg),
    ...flagsOf(fg, bg),
    "underline style": underline >>> 26,
    "underline colour": colour("underline", underline),
    link: row.links.get(x) ?? "",
  };
}

function attributesText(core, attributes) {
  const { fg, bg } = attributes;
  const extended = of(attributes, "extended");
  const ext = of(extended, "_ext");
  const underline = fg & UNDERLINE ? `, underline style ${(ext >> 26) & 7}` : "";
  // Without that bit a character is written without it.
  const link = bg & EXTENDED ? linkOf(core, extended) : "";
  const colours = `${colour("foreground", fg)}, ${colour("background", bg)}, ${colour("underline", underlineColour(ext))}`;
  return `${colours}, ${flags(fg, bg)}${underline}${link ? `, link ${link}` : ""}`;
}

/** The bits of an underline's colour. For the text's own (SGR 59) xterm.js has those of white. */
function underlineColour(ext) {
  const bits = ext & 0x3ffffff;
  return bits === 0x3ffffff ? 0 : bits;
}

function flags(fg, bg) {
  const set = Object.entries(flagsOf(fg, bg)).filter(([, is]) => is);
  return set.map(([name]) => name).join(" ") || "plain";
}

function flagsOf(fg, bg) {
  return {
    inverse: Boolean(fg & 0x4000000),
    bold: Boolean(fg & 0x8000000),
    underline: Boolean(fg & UNDERLINE),
    blink: Boolean(fg & 0x20000000),
    invisible: Boolean(fg & 0x40000000),
    strikethrough: Boolean(fg & 0x80000000),
    italic: Boolean(bg & 0x4000000),
    dim: Boolean(bg & 0x8000000),
    protected: Boolean(bg & 0x20000000),
    overline: Boolean(bg & 0x40000000),
  };
}

/** A colour in the bits that xterm.js has for one. */
function colour(of, bits) {
  const value = bits & 0xffffff;
  switch ((bits >>> 24) & 3) {
    case 0:
      return `default ${of}`;
    case 1:
      return `${of} ${value & 0xff}`;
    case 2:
      return `${of} ${value & 0xff} of 256`;
    default:
      return `${of} #${value.toString(16).padStart(6, "0")}`;
  }
}

/** The letters of character sets, by what xterm.js has for them. */
const charsetNames = new Map([[undefined, "B"]]);
{
  const scratch = terminal(10, 1);
  const service = of(of(scratch, "_core"), "_charsetService");
  for (const letter of "0ABCEHKQRYZ4567=`") {
    feed(scratch, Buffer.from(`\x1b(${letter}`));
    const charset = of(service, "_charsets")[0];
    if (charset && !charsetNames.has(charset)) charsetNames.set(charset, letter);
  }
  if (!charsetNames.size) throw missing("character sets");
}

function charsetName(charset) {
  const name = charsetNames.get(charset);
  if (!name) throw missing("a character set by a known letter");
  return name;
}

function prefixed(prefix, facts) {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [prefix + name, value]));
}

/** A property that must be there, even if it may be undefined. */
function of(object, name) {
  if (!(name in object)) throw missing(name);
  return object[name];
}

function missing(what) {
  return new Error(`this version of @xterm/headless has no ${what}: tests/screen/probe.mjs needs another way to it`);
}
