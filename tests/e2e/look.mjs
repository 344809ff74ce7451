// How a terminal looks: its pixels, and the cells they are drawn from. Cells tell where two looks differ.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ENGINE, SHOTS } from "./stage.mjs";

const PATIENCE_MS = 10_000;
/** How far a colour may be off, of 255. What WebKit paints in tiles, and again in others, is rounded otherwise. */
const OFF = ENGINE === "webkit" ? 1 : 0;

/** The look of a shell's terminal at rest: once its link has no more to show, and two looks one after the other are the same. */
export async function look(shell) {
  const until = Date.now() + PATIENCE_MS;
  let last;
  for (;;) {
    const now = await glance(shell);
    if (now.isDrawn && last?.isDrawn && isDeepStrictEqual(now, last)) return now;
    if (Date.now() > until) {
      assert.deepEqual(now.cells, last?.cells, "the terminal does not come to rest");
      assert.fail("the link has more to show, or the picture does not come to rest");
    }
    last = now;
  }
}

/** Waits until a shell's terminal looks as it did, and fails where it does not. Both pictures are kept under the name. */
export async function looksAs(shell, before, name) {
  const until = Date.now() + PATIENCE_MS;
  let after;
  let pixels;
  do {
    after = await look(shell);
    pixels = await differing(shell.page, before.picture, after.picture);
  } while ((pixels > 0 || !isDeepStrictEqual(after.cells, before.cells)) && Date.now() < until);
  mkdirSync(SHOTS, { recursive: true });
  for (const [when, { picture }] of Object.entries({ before, after }))
    writeFileSync(join(SHOTS, `${name.replaceAll(/\W+/g, "-")}-${when}.png`), picture, "base64");
  assert.deepEqual(after.cells, before.cells, `${name}: the cells are others`);
  assert.equal(pixels, 0, `${name}: so many pixels are others, while the cells are the same`);
}

/** Waits until the last two rows of a shell's terminal, at rest, match. */
export async function endsWith(shell, pattern) {
  const until = Date.now() + PATIENCE_MS;
  let last;
  do last = (await look(shell)).cells.rows.slice(-2).join("\n");
  while (!pattern.test(last) && Date.now() < until);
  assert.match(last, pattern);
}

/** Waits until an act has made the program print. */
export async function printing(shell, act) {
  const received = await shell.page.evaluate(() => window.relatch.link.snapshot().received);
  await act();
  await shell.page.waitForFunction((before) => window.relatch.link.snapshot().received > before, received);
}

async function glance(shell) {
  const picture = (await shell.page.locator("#terminal").screenshot()).toString("base64");
  return { picture, ...(await shell.page.evaluate(cellsNow)) };
}

/** How many pixels differ between two pictures; all, if their sizes do. */
export function differing(page, one, other) {
  return page.evaluate(
    async ({ pictures, off }) => {
      const [a, b] = await Promise.all(
        pictures.map(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
          context.drawImage(bitmap, 0, 0);
          const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
          return { data, width, height };
        }),
      );
      if (a.width !== b.width || a.height !== b.height) return Math.max(a.data.length, b.data.length) / 4;
      let count = 0;
      for (let at = 0; at < a.data.length; at += 4) {
        let most = 0;
        for (let i = at; i < at + 4; i++) most = Math.max(most, Math.abs(a.data[i] - b.data[i]));
        if (most > off) count++;
      }
      return count;
    },
    { pictures: [one, other], off: OFF },
  );
}

// Runs in the page.
function cellsNow() {
  const { link, terminal } = window.relatch;
  const { received, processed, state } = link.snapshot();
  const buffer = terminal.buffer.active;
  const colour = (cell, ground) =>
    cell[`is${ground}Default`]()
      ? "-"
      : (cell[`is${ground}RGB`]() ? "#" : "p") + cell[`get${ground}Color`]().toString(16);
  const FLAGS = ["Bold", "Italic", "Dim", "Underline", "Blink", "Inverse", "Invisible", "Strikethrough", "Overline"];
  const attributes = (cell) => {
    const flags = FLAGS.filter((flag) => cell[`is${flag}`]());
    // The ink of an empty cell is nowhere to be seen.
    const isBare =
      cell.getChars().trim() === "" && flags.every((flag) => ["Bold", "Italic", "Dim", "Blink"].includes(flag));
    return isBare ? colour(cell, "Bg") : [colour(cell, "Bg"), colour(cell, "Fg"), ...flags].join(" ");
  };
  const rows = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = buffer.getLine(buffer.baseY + y);
    const runs = [];
    let last;
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line.getCell(x);
      const inks = attributes(cell);
      if (inks !== last) runs.push(`${x}: ${inks}`);
      last = inks;
    }
    rows.push(`${line.translateToString(true).trimEnd()}  [${runs.join("; ")}]`);
  }
  const cells = {
    size: [terminal.cols, terminal.rows],
    rows,
    // The place of a hidden cursor is nobody's business.
    cursor: document.querySelector(".xterm-cursor") ? [buffer.cursorX, buffer.cursorY] : "hidden",
    buffer: buffer.type,
    scrolledBack: buffer.baseY - buffer.viewportY,
    modes: { ...terminal.modes },
    title: document.title,
  };
  return { cells, isDrawn: state === "ready" && received === processed };
}
