// A terminal's screen as one can look at it and hold it against another's.

/**
 * What an xterm.js terminal shows: each cell of both its screens with all that is visible of it, the cursor and the modes. Playwright
 * carries it into a page, and Node calls it with a headless terminal; so it uses nothing from outside.
 */
export function lookAt(terminal) {
  const cells = (buffer) => {
    const rows = [];
    for (let y = 0; y < terminal.rows; y++) {
      const line = buffer.getLine(buffer.baseY + y);
      const row = [];
      for (let x = 0; x < terminal.cols; x++) {
        const cell = line?.getCell(x);
        if (!cell) {
          row.push("missing");
          continue;
        }
        const colour = (kind) => {
          if (cell[`is${kind}Default`]()) return "default";
          return (cell[`is${kind}RGB`]() ? "#" : "") + cell[`get${kind}Color`]();
        };
        const styles = "Bold Dim Italic Underline Blink Inverse Invisible Strikethrough Overline".split(" ");
        const style = styles.filter((style) => cell[`is${style}`]()).join(" ");
        // A cell that was never written and one with a space look the same.
        row.push(
          [cell.getChars() || (cell.getWidth() ? " " : ""), cell.getWidth(), colour("Fg"), colour("Bg"), style].join(
            "|",
          ),
        );
      }
      rows.push(row);
    }
    return rows;
  };
  const { active, normal, alternate } = terminal.buffer;
  return {
    size: `${terminal.cols}x${terminal.rows}`,
    screen: active.type,
    cursor: `${active.cursorX},${active.cursorY}`,
    modes: JSON.stringify(terminal.modes),
    normal: cells(normal),
    // What was left on it is gone with it.
    ...(active.type === "alternate" && { alternate: cells(alternate) }),
  };
}

/** Where two screens differ, in words; empty if they do not. */
export function differences(expected, actual, most = 8) {
  const found = [];
  const note = (where, a, b) => a !== b && found.push(`${where} is ${b}, not ${a}`);
  for (const key of ["size", "screen", "cursor", "modes"]) note(key, expected[key], actual[key]);
  for (const screen of ["normal", "alternate"]) {
    expected[screen]?.forEach((row, y) =>
      row.forEach((cell, x) => note(`${screen} ${x},${y}`, cell, actual[screen]?.[y]?.[x])),
    );
  }
  const rest = found.length - most;
  return [...found.slice(0, most), ...(rest > 0 ? [`and ${rest} more`] : [])];
}
