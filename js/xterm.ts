import type { IDisposable, ITerminalAddon, Terminal } from "@xterm/xterm";
import { chunksOfBytes, chunksOfUtf8 } from "./chunks.js";
import { Coalesced } from "./coalesced.js";
import type { LinkEventMap, TerminalSize } from "./events.js";
import { Focus } from "./focus.js";
import type { Link } from "./link.js";
import { Pasted } from "./pasted.js";
import { Replay } from "./replay.js";
import { exited, gap, gapBeforeSnapshot, restarted, serverReset, sessionLost } from "./reset.js";

/** The most that is typed ahead while the line is down, in bytes. */
const TYPED_AHEAD = 4096;

/** How long a program has one row less, so that it draws its screen anew: one that reads the size later sees no change. As the server's. */
const REDRAW_MS = 50;

const RESETS = { server: serverReset, "session-lost": sessionLost, restarted };

/** Settings of the addon. */
export interface RelatchAddonOptions {
  /**
   * Says the terminal's size to a server that does not speak Relatch's control frames: what it returns is sent on each new
   * connection and at each change. Default: `link.resize()`, which such frames carry.
   */
  resize?: (cols: number, rows: number) => string | Uint8Array;
}

/**
 * Joins an xterm.js terminal and a link: output, typing, size and resets. It lives through every reconnection; `dispose()` takes
 * its listeners off and leaves link and terminal as they are.
 *
 * With the link's `resume` it tells the server what the terminal has processed, keeps queries in replayed output from being answered
 * again, and writes a line where output is missing or the shell has ended.
 *
 * On the alternate screen xterm.js drops what does not fit. A program there whose terminal had another size without hearing of it, while
 * the line was away or the element hidden, is given one row less for 50 ms: it draws its screen anew.
 *
 * Typing is sent as UTF-8 in binary frames of at most 16 KiB. While the line is down, 4 KiB are kept, for as long as the link's `queue`
 * keeps what is sent; while the link is closed or superseded, typing goes nowhere, and nothing throws. What is refused is said by the
 * link's `dropped` event. With `resume` a paste is taken whole, up to the link's `queue.bytes`, or refused whole; where a bracketed one was
 * cut short all the same, by a line that was down for longer than `queue.age`, it is closed, so that the program waits for no more of it.
 *
 * Sizes are told at once, and in a row of changes at most each 200 ms, the last one always, and before what is typed after it. Reports of
 * the focus are not typed ahead: the program hears of the latest when it can.
 */
export class RelatchAddon implements ITerminalAddon {
  readonly #attached: IDisposable[] = [];
  #replay: Replay | undefined;
  /** The terminal's own size, while it has that of a replay. */
  #own: TerminalSize | undefined;
  #resizing = false;
  /** The rows that it has or will have, once what was written before is parsed. */
  #rows = 0;
  /** A full screen has had a size that was said to nobody, or to a line that was lost since. */
  #strayed = false;
  /** A full screen has had a size that the server has not confirmed. */
  #unheard = false;
  /** Bytes typed since the line was lost. */
  #ahead = 0;
  /** The link has said where its session goes on: it cuts input into frames itself. */
  #resumes = false;
  #focus: Focus | undefined;
  #size: Coalesced | undefined;
  readonly #pasted: Pasted;

  constructor(
    private readonly link: Link,
    private readonly options: RelatchAddonOptions = {},
  ) {
    this.#pasted = new Pasted(link);
  }

  /** Called by `terminal.loadAddon()`. */
  activate(terminal: Terminal): void {
    const type = (text: string) => this.#typeText(text);
    const focus = (this.#focus = new Focus(terminal, () => this.link.state === "ready" && !this.isReplaying, type));
    const size = (this.#size = new Coalesced(() => this.#tellSize(terminal)));
    const replay = (this.#replay = new Replay(terminal, () => {
      this.#showOwnSize(terminal);
      focus.look();
      this.#redraw(terminal);
    }));
    const processed = this.link.pace();
    let start = 0;
    this.#attached.push(
      replay,
      { dispose: () => processed() },
      { dispose: () => this.#showOwnSize(terminal) },
      this.#listen("message", ({ data }) => {
        if (typeof data === "string") terminal.write(data);
        else replay.write(new Uint8Array(data), processed);
      }),
      this.#listen("resumed", ({ detail }) => {
        start = detail.offset;
        this.#resumes = true;
        replay.expect(detail.replay);
        this.#showSize(terminal, detail);
      }),
      this.#listen("size", ({ detail }) => {
        if (replay.isExpecting) this.#showSize(terminal, detail);
        else if (detail.cols === terminal.cols && detail.rows === terminal.rows) this.#unheard = false;
      }),
      this.#listen("reset", ({ detail }) => {
        this.#pasted.forget();
        terminal.write(RESETS[detail.reason]);
      }),
      this.#listen("dropped", ({ detail }) => this.#pasted.dropped(detail.reason)),
      this.#listen("gap", ({ detail: { from, to, snapshot } }) => {
        const missing = from === undefined ? undefined : to - from;
        replay.skip(missing ?? to - start, snapshot);
        const rows = this.#own ? this.#rows : terminal.rows;
        terminal.write(snapshot ? gapBeforeSnapshot(missing, rows) : gap(missing));
      }),
      this.#listen("exit", ({ detail: { code, signal } }) =>
        terminal.write(exited(signal === undefined ? `exit ${code}` : `signal ${signal}`)),
      ),
      this.#listen("ready", () => {
        this.#pasted.resumed(Math.min(this.#ahead, TYPED_AHEAD));
        this.#ahead = 0;
        this.#sayForeignSize(terminal);
        focus.look();
        this.#strayed ||= this.#unheard;
        this.#redraw(terminal);
      }),
      terminal.onData(type),
      terminal.onBinary((text) =>
        this.#type(
          Uint8Array.from(text, (char) => char.charCodeAt(0)),
          chunksOfBytes,
        ),
      ),
      terminal.onResize((size) => {
        if (this.#resizing) return;
        if (this.#own) this.#own = size;
        else this.#saySize();
        if (isFullScreen(terminal)) {
          if (this.#isLive(terminal)) this.#unheard = true;
          else this.#strayed = true;
        }
        this.#redraw(terminal);
      }),
      size,
    );
    this.#saySize();
  }

  /** What the terminal is shown was printed before: a bell in it rang long ago. */
  get isReplaying(): boolean {
    return this.#replay?.isMuted ?? false;
  }

  /** Takes the addon's listeners off. The link stays connected. */
  dispose(): void {
    for (const attached of this.#attached.splice(0)) attached.dispose();
  }

  #listen<Type extends keyof LinkEventMap>(type: Type, listener: (event: LinkEventMap[Type]) => void): IDisposable {
    this.link.addEventListener(type, listener);
    return { dispose: () => this.link.removeEventListener(type, listener) };
  }

  #typeText(text: string): void {
    if (this.#focus?.holds(text)) return;
    const bytes = new TextEncoder().encode(text);
    this.#pasted.follow(text, bytes.length, () => this.#type(bytes, chunksOfUtf8));
  }

  /** Returns whether all was taken. */
  #type(bytes: Uint8Array, cut: (bytes: Uint8Array) => Iterable<Uint8Array>): boolean {
    const { state } = this.link;
    if (state === "closed" || state === "superseded") return false;
    // Once one key is refused, so are all until the line is back: what follows it would mean something else.
    if (state !== "ready" && (this.#ahead += bytes.length) > TYPED_AHEAD) {
      this.#refuse(bytes.length);
      return false;
    }
    // What is typed after a change of the size is meant for a shell that knows it.
    this.#size?.flush();
    let rest = bytes.length;
    try {
      // Whole, so that all of a paste is taken or nothing.
      for (const chunk of this.#resumes ? [bytes] : cut(bytes)) {
        rest -= chunk.length;
        this.link.send(chunk);
      }
      return true;
    } catch {
      // The queue is full, as `dropped` has said. The rest of a paste must not follow without the piece that is missing.
      if (rest) this.#refuse(rest);
      return false;
    }
  }

  #refuse(bytes: number): void {
    const detail = { reason: "overflow", messages: 1, bytes, unknown: false };
    this.link.dispatchEvent(new CustomEvent("dropped", { detail }));
  }

  /** Gives the terminal the size that what is replayed was printed at, in order with it. */
  #showSize(terminal: Terminal, { cols, rows }: TerminalSize): void {
    if (!this.#replay?.isExpecting) return;
    this.#own ??= { cols: terminal.cols, rows: terminal.rows };
    this.#rows = rows;
    terminal.write("", () => this.#own && this.#resize(terminal, cols, rows));
  }

  /** Gives the terminal its own size back: what is live is printed at that. */
  #showOwnSize(terminal: Terminal): void {
    const own = this.#own;
    if (!own) return;
    this.#resize(terminal, own.cols, own.rows);
    this.#own = undefined;
    this.#saySize();
  }

  #resize(terminal: Terminal, cols: number, rows: number): void {
    this.#resizing = true;
    terminal.resize(cols, rows);
    this.#resizing = false;
  }

  #saySize(): void {
    this.#size?.wish();
    // Without a line nobody is told yet, and the next hello has the latest.
    if (this.link.state !== "ready") this.#size?.flush();
  }

  /** The program hears of each size that the terminal gets. */
  #isLive(terminal: Terminal): boolean {
    return this.link.state === "ready" && !this.#replay?.isMuted && !isHidden(terminal);
  }

  /**
   * Makes a full-screen program draw its screen anew, if the terminal may have lost some of it: xterm.js drops what does not fit, and a
   * program that is told the size that it knows does not draw.
   */
  #redraw(terminal: Terminal): void {
    if (!this.#strayed || !this.#isLive(terminal)) return;
    this.#strayed = this.#unheard = false;
    if (!isFullScreen(terminal) || terminal.rows === 1) return;
    this.#say(terminal.cols, terminal.rows - 1);
    setTimeout(() => this.#saySize(), REDRAW_MS);
  }

  #tellSize(terminal: Terminal): void {
    if (!isHidden(terminal)) this.#say(terminal.cols, terminal.rows);
  }

  #sayForeignSize(terminal: Terminal): void {
    if (this.options.resize) this.#tellSize(terminal);
  }

  #say(cols: number, rows: number): void {
    if (!this.options.resize) this.link.resize(cols, rows);
    else if (this.link.state === "ready") this.link.send(this.options.resize(cols, rows));
  }
}

/** On the normal screen lines are wrapped where they do not fit, and kept; the alternate one is cut. */
function isFullScreen(terminal: Terminal): boolean {
  return terminal.buffer.active.type === "alternate";
}

/** A terminal in a hidden element is fitted to xterm.js's least width; a shell told so would wrap its prompt for good. */
function isHidden(terminal: Terminal): boolean {
  return terminal.cols <= 2;
}
