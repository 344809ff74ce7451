import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { dark, light } from "./themes.js";

/** Opens a terminal that fills `element`, in the colours that the reader's system asks for. */
export function openTerminal(element: HTMLElement): Terminal {
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => (darkness.matches ? dark : light);
  const terminal = new Terminal({
    theme: theme(),
    fontFamily: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace",
    fontSize: 14,
    lineHeight: 1.2,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    minimumContrastRatio: 4.5,
    scrollback: 10_000,
  });
  darkness.addEventListener("change", () => (terminal.options.theme = theme()));

  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  const fitNow = () => {
    // An element without room is hidden: fitted to it, the terminal would wrap all that it shows into two columns.
    const { cols, rows } = fit.proposeDimensions() ?? { cols: 0, rows: 0 };
    if (cols > 2 && rows > 1) fit.fit();
  };
  fitNow();
  // In the next frame: fitting changes sizes, which an observer must not do while it reports them.
  new ResizeObserver(() => requestAnimationFrame(fitNow)).observe(element);

  terminal.onTitleChange((title) => (document.title = title ? `${title} · Relatch` : "Relatch"));
  terminal.focus();
  return terminal;
}
