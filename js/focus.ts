import type { Terminal } from "@xterm/xterm";

const REPORTS = ["\x1b[I", "\x1b[O"];

/**
 * Holds back reports of the focus while they would come late: the line is down, or what switched them on is replay. A program hears of
 * the latest once it is live, and then only if it still asks.
 */
export class Focus {
  #latest: string | undefined;

  constructor(
    private readonly terminal: Terminal,
    /** A report would reach the program now. */
    private readonly isLive: () => boolean,
    private readonly send: (report: string) => void,
  ) {}

  /** Whether this is a report that must not go now. */
  holds(text: string): boolean {
    if (!REPORTS.includes(text)) return false;
    this.#latest = this.isLive() ? undefined : text;
    return this.#latest !== undefined;
  }

  /** It may be live now; asked once the terminal has processed what is written, a reset among it. */
  look(): void {
    this.terminal.write("", () => {
      const report = this.#latest;
      if (report === undefined || !this.isLive()) return;
      this.#latest = undefined;
      if (this.terminal.modes.sendFocusMode) this.send(report);
    });
  }
}
