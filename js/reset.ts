// Resets travel in the terminal's own input, since `terminal.reset()` overtakes what is still waiting to be parsed. They are bytes
// and not strings, so that a character cut in two by the lost line is not completed by what follows: xterm.js decodes bytes and
// strings apart.

// CAN ends whatever escape sequence the old bytes left unfinished.
const CAN = "\x18";

/** The server is about to send the screen anew: begin with an empty terminal (RIS). */
export const serverReset = bytes(CAN + "\x1bc");

/**
 * The shell is gone and another begins. What it printed stays to be read; the modes that its programs had set do not, and a line
 * says what happened.
 *
 * DECSC before leaving the alternate screen makes that a no-op where the normal one is shown: the cursor is put back where it was.
 */
export const sessionLost = bytes(
  CAN +
    "\x1b7\x1b[?1049l" +
    // DECSTR: colours, margins, origin, insert, cursor keys, keypad, character sets.
    "\x1b[!p" +
    // Mouse reports, focus reports, bracketed paste, synchronised output, and an open hyperlink.
    "\x1b[?9;1000;1002;1003;1004;1005;1006;1015;1016;2004;2026l\x1b]8;;\x1b\\" +
    // Wrap lines, show the cursor.
    "\x1b[?7;25h" +
    "\r\n\x1b[2m── The shell is gone. A new one begins here. ──\x1b[m\r\n",
);

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
