import type { IDisposable, Terminal } from "@xterm/xterm";
import { Coalesced } from "./coalesced.js";
import type { TerminalSize } from "./events.js";
import type { Link } from "./link.js";

/** How long a program has one row less, so that it draws its screen anew: one that reads the size later sees no change. As the server's. */
const REDRAW_MS = 50;

/** A page's own words for a size, for a server that does not speak Relatch's control frames. */
export type Foreign = (cols: number, rows: number) => string | Uint8Array;

/**
 * The sizes that a terminal has: its own, of which the program hears, and while it is shown a replay those that the replay was printed
 * at, of which nobody does.
 */
export class Sizes implements IDisposable {
  readonly #telling = new Coalesced(() => this.#tell());
  readonly #listener: IDisposable;
  /** The terminal's own size, while it has that of a replay. */
  #own: TerminalSize | undefined;
  /** The size that the server has told last: what it sends was printed at that. */
  #told: TerminalSize | undefined;
  #resizing = false;
  /** A full screen has had a size that was said to nobody, or to a line that was lost since. */
  #strayed = false;
  /** A full screen has had a size that the server has not confirmed. */
  #unheard = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly link: Link,
    private readonly isReplaying: () => boolean,
    private readonly foreign: Foreign | undefined,
  ) {
    this.#listener = terminal.onResize((size) => this.#changed(size));
    this.#wish();
  }

  /** The rows that the terminal has once what was written before is parsed. */
  get rows(): number {
    return (this.#own && this.#told ? this.#told : this.terminal).rows;
  }

  /** The server says the size of what it sends from here on. */
  tell({ cols, rows }: TerminalSize, isReplay: boolean): void {
    this.#told = { cols, rows };
    if (isReplay) this.show();
    else if (cols === this.terminal.cols && rows === this.terminal.rows) this.#unheard = false;
  }

  /** Gives the terminal the size that was told, in order with what is printed at it. */
  show(): void {
    const told = this.#told;
    if (!told) return;
    this.#own ??= { cols: this.terminal.cols, rows: this.terminal.rows };
    this.terminal.write("", () => this.#own && this.#resize(told));
  }

  /** Gives the terminal its own size back: what is live is printed at that. */
  showOwn(): void {
    const own = this.#own;
    if (!own) return;
    this.#resize(own);
    this.#own = undefined;
    this.#wish();
  }

  /** The replay is over. */
  live(): void {
    this.showOwn();
    this.#redraw();
  }

  /** There is a line again. */
  ready(): void {
    if (this.foreign) this.#tell();
    this.#strayed ||= this.#unheard;
    this.#redraw();
  }

  /** Tells what is still to be told: what is typed after a change of the size is meant for a program that knows it. */
  flush(): void {
    this.#telling.flush();
  }

  dispose(): void {
    this.#listener.dispose();
    this.showOwn();
    this.#telling.dispose();
  }

  #changed(size: TerminalSize): void {
    if (this.#resizing) return;
    if (this.#own) this.#own = size;
    else this.#wish();
    if (this.#isFullScreen) {
      if (this.#isLive) this.#unheard = true;
      else this.#strayed = true;
    }
    this.#redraw();
  }

  #resize({ cols, rows }: TerminalSize): void {
    this.#resizing = true;
    this.terminal.resize(cols, rows);
    this.#resizing = false;
  }

  /** On the normal screen lines are wrapped where they do not fit, and kept; the alternate one is cut. */
  get #isFullScreen(): boolean {
    return this.terminal.buffer.active.type === "alternate";
  }

  /** A terminal in a hidden element is fitted to xterm.js's least width; a shell told so would wrap its prompt for good. */
  get #isHidden(): boolean {
    return this.terminal.cols <= 2;
  }

  /** The program hears of each size that the terminal gets. */
  get #isLive(): boolean {
    return this.link.state === "ready" && !this.isReplaying() && !this.#isHidden;
  }

  /**
   * Makes a full-screen program draw its screen anew, if the terminal may have lost some of it: xterm.js drops what does not fit, and a
   * program that is told the size that it knows does not draw.
   */
  #redraw(): void {
    if (!this.#strayed || !this.#isLive) return;
    this.#strayed = this.#unheard = false;
    if (!this.#isFullScreen || this.terminal.rows === 1) return;
    this.flush();
    this.#say(this.terminal.cols, this.terminal.rows - 1);
    setTimeout(() => this.#tell(), REDRAW_MS);
  }

  #wish(): void {
    this.#telling.wish();
    // Without a line nobody is told yet, and the next hello has the latest.
    if (this.link.state !== "ready") this.flush();
  }

  #tell(): void {
    if (!this.#isHidden) this.#say(this.terminal.cols, this.terminal.rows);
  }

  #say(cols: number, rows: number): void {
    if (!this.foreign) this.link.resize(cols, rows);
    else if (this.link.state === "ready") this.link.send(this.foreign(cols, rows));
  }
}
