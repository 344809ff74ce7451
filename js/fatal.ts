import type { IDisposable, Terminal } from "@xterm/xterm";

/**
 * Leaves out what breaks xterm.js 6.0: an ED 1 (`CSI 1 J`) behind the last column of the last row, with nothing scrolled back, throws
 * within its parser, which then shows nothing more. It would have erased the screen.
 */
export function sparedFatal(terminal: Terminal): IDisposable[] {
  const isFatal = ([what]: (number | number[])[]) => {
    const { cursorX, cursorY, baseY, type } = terminal.buffer.active;
    const isLast = cursorX + 1 >= terminal.cols && cursorY + 1 >= terminal.rows;
    return what === 1 && isLast && (type === "alternate" || baseY === 0);
  };
  return [{}, { prefix: "?" }].map((id) => terminal.parser.registerCsiHandler({ ...id, final: "J" }, isFatal));
}
