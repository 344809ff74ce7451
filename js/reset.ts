// Resets travel in the terminal's own input, since `terminal.reset()` overtakes what is still waiting to be parsed. They are bytes
// and not strings, so that a character cut in two by the lost line is not completed by what follows: xterm.js decodes bytes and
// strings apart.

// CAN ends whatever escape sequence the old bytes left unfinished.
const CAN = "\x18";

/** The server is about to send the screen anew: begin with an empty terminal (RIS). */
export const serverReset = bytes(CAN + "\x1bc");

// DECSTR: colours, margins, origin, insert, cursor keys, keypad, character sets. Then an open hyperlink, and wrapped lines and the
// cursor, which are shown.
const SOFT_RESET = "\x1b[!p\x1b]8;;\x1b\\\x1b[?7;25h";

// DECSC before leaving the alternate screen makes that a no-op where the normal one is shown: the cursor is put back where it was. Then
// mouse reports, focus reports, bracketed paste, synchronised output.
const DEFAULTS = `\x1b7\x1b[?1049l${SOFT_RESET}\x1b[?9;1000;1002;1003;1004;1005;1006;1015;1016;2004;2026l`;

/**
 * The shell is gone and another begins. What it printed stays to be read; the modes that its programs had set do not, and a line
 * says what happened.
 */
export const sessionLost = newShell("The shell is gone. A new one begins here.");

/** The same for a server that was restarted, and kept the session but not its shell. */
export const restarted = newShell("The server was restarted. A new shell begins here.");

/**
 * Output is missing. Unfinished sequences and what they had set end here; which programs run nobody knows, so the alternate screen,
 * mouse and paste modes are left to the program, which draws itself anew.
 */
export const gap = (missing?: number) =>
  bytes(CAN + SOFT_RESET + (missing ? missingLine(missing) : line("Earlier output is not kept.")));

/** The process has exited. */
export const exited = (how: string) => bytes(CAN + SOFT_RESET + line(`The shell has ended (${how}).`));

/**
 * The same where a snapshot of the screen follows: it is drawn on a blank one, with all modes at their defaults. What is on the screen, of
 * `rows` rows, goes to the scrollback, and none of it twice.
 */
export function gapBeforeSnapshot(missing: number | undefined, rows: number): Uint8Array {
  const said = missing === undefined ? "" : missingLine(missing);
  return bytes(`${CAN}${DEFAULTS}${ALTERNATE}${said}\x1b[J${"\n".repeat(Math.max(0, rows - 1))}\x1b[H\x1b[J`);
}

// The alternate screen's saved cursor is its own, and stays when that is left: DECSTR there. The cursor is the same before and after.
const ALTERNATE = "\x1b[?1047h\x1b[!p\x1b[?1047l";

const missingLine = (missing: number) => line(`${missing} bytes of output are missing here.`);

function newShell(text: string): Uint8Array {
  return bytes(`${CAN}${DEFAULTS}\x1b]2;\x1b\\${line(text)}`);
}

/** A line of our own among the shell's. */
function line(text: string): string {
  return `\r\n\x1b[2m── ${text} ──\x1b[m\r\n`;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
