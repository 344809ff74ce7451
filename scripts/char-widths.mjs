// Writes server/src/screen/width.rs: how many columns xterm.js gives each character. Run it when xterm.js is updated.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import headless from "@xterm/headless";
import pkg from "@xterm/headless/package.json" with { type: "json" };

const folder = join(fileURLToPath(import.meta.url), "../..");
const terminal = new headless.Terminal({ allowProposedApi: true });
const { wcwidth } = terminal._core.unicodeService;
const width = (code) => terminal._core.unicodeService.wcwidth(code);
if (typeof wcwidth !== "function") throw new Error("xterm.js no longer has its widths there");

const ranges = { 0: [], 2: [] };
// Below 0xA0 are ASCII and the controls, which are not written into cells.
for (let code = 0xa0; code <= 0x10ffff; code++) {
  const of = ranges[width(code)];
  if (of === undefined) continue;
  const last = of.at(-1);
  if (last !== undefined && last[1] === code - 1) last[1] = code;
  else of.push([code, code]);
}
const hex = (code) => `0x${code.toString(16)}`;
const table = (name, of) =>
  `const ${name}: &[(u32, u32)] = &[\n${of.map(([from, to]) => `    (${hex(from)}, ${hex(to)}),\n`).join("")}];\n`;

writeFileSync(
  join(folder, "server/src/screen/width.rs"),
  `//! How many columns a character takes in xterm.js ${pkg.version}, which has its widths from Unicode ${terminal.unicode.activeVersion}.
//!
//! Written by \`node scripts/char-widths.mjs\`: not to be edited.

/// 0, 1 or 2.
pub(super) fn width(c: char) -> u8 {
    let code = u32::from(c);
    if is_in(ZERO, code) {
        0
    } else if is_in(TWO, code) {
        2
    } else {
        1
    }
}

fn is_in(ranges: &[(u32, u32)], code: u32) -> bool {
    let after = ranges.partition_point(|(from, _)| *from <= code);
    after
        .checked_sub(1)
        .and_then(|at| ranges.get(at))
        .is_some_and(|(_, to)| code <= *to)
}

${table("ZERO", ranges[0])}
${table("TWO", ranges[2])}`,
);
terminal.dispose();
