// Output that no program prints: everything that xterm.js knows, and what it does not, at random. A stream is a list of pieces, each a
// text or a change of size `{ cols, rows }`, so that it can be made shorter piece by piece.

const ESC = "\x1b";

/**
 * Where the size changes, xterm.js keeps saved cursors, tab stops and an alternate screen's rows beyond the edge, and forgets links
 * on lines that it joins: a stream has those, or changes of size.
 */
const [SETTLED, UNSETTLED] = ["settled", "unsettled"];

/** A stream that follows from the numbers of `random`. */
export function stream(random, pieces) {
  const one = (from) => from[Math.floor(random() * from.length)];
  const upTo = (most) => Math.floor(random() * (most + 1));
  const several = (most, make) => Array.from({ length: upTo(most) }, make);
  const size = () => ({ cols: 2 + upTo(18), rows: 2 + upTo(6) });

  const small = () => one(["", "", 0, 1, 1, 2, 3, 4, 5, 7, 9, 12, 30]);
  const number = () => (random() < 0.1 ? one([99999, 4294967297]) : small());
  const csi =
    (final, most = 1) =>
    () =>
      `${ESC}[${several(most, number).join(";")}${one(final)}`;
  // xterm.js does these as often as it is told.
  const repeated = (final) => () => `${ESC}[${small()}${one(final)}`;
  const charset = () => one([..."0ABCEHKQRYZ4567=`"]);
  const colour = () => one([`5;${upTo(255)}`, `2;${upTo(255)};0;${upTo(255)}`, "5", "2;1"]);
  const colon = () => one([`5:${upTo(255)}`, `2::${upTo(255)}:0:9`, "2:1:2:3", "5"]);
  const link = () =>
    `${ESC}]8;${one(["", "id=1", "a=b:id=2", "id="])};${one(["https://a.example", "file:///b;c", "x"])}\x07`;
  const attribute = () =>
    one([
      () => one([0, "", 1, 2, 3, 4, 5, 7, 8, 9, 21, 22, 23, 24, 25, 27, 28, 29, 39, 49, 53, 55, 59, 100, 6, 73]),
      () => 30 + upTo(7),
      () => 40 + upTo(7),
      () => 90 + upTo(17),
      () => `${one([38, 48, 58])};${colour()}`,
      () => `${one([38, 48, 58])}:${colon()}`,
      () => `4:${upTo(6)}`,
    ])();
  const modes = [1, 3, 5, 6, 9, 12, 25, 45, 66, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026];

  const resized = random() < 0.5;
  const kinds = [
    [12, () => one(["a word ", "x", "lo", "0123456789abcdefghij", "==", "qqjk~`_", "   "])],
    [4, () => one(["漢", "字字", "ｆ", "🎉", "한국"])],
    // On their own, past the last column, those of no width take xterm.js's cursor out of the screen.
    [4, () => one(["e\u0301", "x\u200d", "👍🏽", "👩‍👧", "❤\ufe0f", "漢\u0301", "x\u200b", "x\xad", "x\u0488\u0301"])],
    [10, () => one(["\r\n", "\r\n", "\n", "\r", "\b", "\t", "\t\t", "\v", "\f", "\x0e", "\x0f", "\x07", "\0", "\x7f"])],
    [8, csi("ABCDEFG`ade")],
    [6, csi("Hf", 2)],
    [3, csi("K")],
    [1, () => `${ESC}[?${upTo(3)}K`],
    // xterm.js throws where 1J is on the last column of the last row.
    [4, () => `${ESC}[${one(["J", "0J", "2J", "3J", `G${ESC}[1J`, "?J", "?2J", `G${ESC}[?1J`])}`],
    [6, repeated("LMPX@STIZ")],
    [3, repeated("b")],
    [4, csi("r", 2)],
    [2, csi("g"), SETTLED],
    [1, () => `${ESC}[${small()}${one([" @", " A", "'}", "'~"])}`],
    [12, () => `${ESC}[${several(3, attribute).join(";")}m`],
    [5, () => `${ESC}[?${one(modes)}${one("hhl")}`],
    [3, () => `${ESC}[?${one(modes)};${one(modes)}${one("hl")}`],
    [3, () => `${ESC}[${one([4, 20, 4, 2, 12])}${one("hl")}`],
    [2, () => `${ESC}[${one(["", 0, 1, 2, 3, 4, 5, 6])} q`],
    [1, () => `${ESC}[${one([0, 1, 2])}"q`],
    [1, () => `${ESC}[!p`],
    // A wide character on the edge that is half written over is more than a snapshot says.
    [2, () => `${ESC}[?7l${one(["0123456789abcdefghij", "x", `${ESC}[99Cabc`])}${one(["", `${ESC}[?7h`])}${ESC}[?7h`],
    [4, () => ESC + one([..."DEMM=>no|}~", "#8", "%G", "%@"])],
    [
      5,
      () =>
        `${ESC}${one(["7", "8", "[s", "[u", "[?1048h", "[?1049h", "[?1049l", "[?47h", "[?47l", "[?1047h", "[?1047l"])}`,
      SETTLED,
    ],
    [1, () => `${ESC}H`, SETTLED],
    [0.5, () => `${ESC}c`],
    [4, () => ESC + one("()*+-./") + charset()],
    [2, () => `${ESC}]${one([0, 1, 2, 2])};${one(["a title", "", "ü;2", "漢"])}${one(["\x07", `${ESC}\\`, "\x9c"])}`],
    // xterm.js forgets a link once the lines are gone on which it was when its characters came, and not where they went.
    [3, () => `\r${link()}${one(["x", "xy"])}${ESC}]8;;\x07`, SETTLED],
    [1, () => `${ESC}]${one([4, 10, 11, 12, 52, 104, 110, 133, 1337, ""])};${one(["1;red", "?", "#123", ""])}\x07`],
    [1, () => `${ESC}${one("P_^X")}${one(["$qm", "+q436f", "1;2q", "text", "1$r"])}${one([`${ESC}\\`, "\x18"])}`],
    [
      1,
      () => `${ESC}[${one(["6n", "c", ">c", "?6n", "?1$p", "18t", "22;2t", "23t", ">4;1m", "?4m", "=1u", "<u", "?u"])}`,
    ],
    [2, () => `${one(["\x84", "\x85", "\x8d", "\x9b3C", "\x9b1m", "\x9d2;c1\x07", "\x90q\x9c", "\x80", "\x9c"])}`],
    [1, () => `${ESC}[${one(["3\nA", "\x18", "\x1a", `${ESC}[B`, "1;\r2H", ":1m", "1 ;2H", "?>1h", "\x7f2C", "2漢"])}`],
    [1, () => `${ESC}[${several(40, number).join(";")}${one("mHr")}`],
    [2, size, UNSETTLED],
  ].filter(([, , only]) => !only || only === (resized ? UNSETTLED : SETTLED));
  const weights = kinds.reduce((sum, [weight]) => sum + weight, 0);
  const piece = () => {
    let left = random() * weights;
    return (kinds.find(([weight]) => (left -= weight) < 0) ?? kinds[0])[1]();
  };
  return [size(), ...Array.from({ length: pieces }, piece)];
}

/** Bytes that are no UTF-8, and bytes that are cut short, between a stream's pieces. */
export const MALFORMED = "ff c3 e6bc f09f8e 80 eda080 c0af f5808080".split(" ").map((hex) => Buffer.from(hex, "hex"));

/** A stream as a recording: its first piece is the size at first. */
export function recorded(name, [{ cols, rows }, ...pieces]) {
  const resizes = [];
  const chunks = [];
  let length = 0;
  for (const piece of pieces) {
    if (piece.cols) resizes.push([length, piece.cols, piece.rows]);
    else {
      chunks.push(Buffer.isBuffer(piece) ? piece : Buffer.from(piece));
      length += chunks.at(-1).length;
    }
  }
  return { name, cols, rows, resizes, bytes: Buffer.concat(chunks) };
}
