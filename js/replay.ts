import type { IDisposable, IFunctionIdentifier, Terminal } from "@xterm/xterm";
import { Characters } from "./characters.js";

/** Reports that a window operation (`CSI Ps t`) asks for; all others change something. */
const WINDOW_REPORTS = [11, 13, 14, 15, 16, 18, 19, 20, 21];

/** Sequences that ask the terminal: DSR and CPR, DA, DECRQM, kitty's keyboard, XTVERSION, DECREQTPARM. */
const QUERIES: IFunctionIdentifier[] = [
  { final: "n" },
  { prefix: "?", final: "n" },
  { final: "c" },
  { prefix: ">", final: "c" },
  { prefix: "=", final: "c" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
  { prefix: "?", final: "u" },
  { prefix: ">", final: "q" },
  { final: "x" },
];

/** OSC numbers that ask if their text has a `?`: colours. */
const COLOURS = [4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19];

/** OSC numbers that reach beyond the screen: notifications and the clipboard. */
const BEYOND = [9, 52, 99, 777];

/**
 * Writes a session's output to its terminal, and keeps what was printed before the attachment from acting twice: the answers to its
 * queries would be typed into the shell, its clipboard and its notifications were somebody's long ago.
 */
export class Replay {
  readonly #hooks: IDisposable[];
  #beyond: IDisposable[] = [];
  readonly #characters = new Characters();
  #written = 0;
  #processed = 0;
  #live = 0;

  constructor(
    private readonly terminal: Terminal,
    /** The terminal has processed all that was printed before the attachment. */
    private readonly onLive: () => void,
  ) {
    const { parser } = terminal;
    const muted = () => this.isMuted;
    this.#hooks = [
      ...QUERIES.map((query) => parser.registerCsiHandler(query, muted)),
      parser.registerCsiHandler(
        { final: "t" },
        ([operation]) => muted() && WINDOW_REPORTS.includes(operation as number),
      ),
      // DECRQSS and XTGETTCAP.
      ...["$", "+"].map((intermediates) => parser.registerDcsHandler({ intermediates, final: "q" }, muted)),
      // DECID.
      parser.registerEscHandler({ final: "Z" }, muted),
      ...COLOURS.map((number) => parser.registerOscHandler(number, (text) => muted() && text.includes("?"))),
    ];
    this.#muteBeyond();
  }

  /** The terminal has not processed all yet that was printed before the attachment. */
  get isMuted(): boolean {
    return this.#processed < this.#live;
  }

  /** Some of the bytes to come were printed before the attachment. */
  get isExpecting(): boolean {
    return this.#written < this.#live;
  }

  /** So many of the bytes to come were printed before the attachment, and so was all that is still to be processed. */
  expect(bytes: number): void {
    this.#advance(() => (this.#live = this.#written + bytes));
    this.#muteBeyond();
  }

  /** So many of those bytes do not come; so many others come first, which draw the screen instead. */
  skip(bytes: number, instead: number): void {
    this.#advance(() => {
      this.#live = Math.max(this.#live - bytes, Math.min(this.#live, this.#written));
      if (instead) this.#live = Math.max(this.#live, this.#written) + instead;
    });
  }

  /** Writes output; `processed` is told as the terminal gets through it. */
  write(data: Uint8Array, processed: (bytes: number) => void): void {
    const replayed = Math.max(0, this.#live - this.#written);
    for (const part of [data.subarray(0, replayed), data.subarray(replayed)]) {
      if (part.length === 0) continue;
      this.#written += part.length;
      this.terminal.write(this.#characters.whole(part), () => {
        this.#advance(() => (this.#processed += part.length));
        processed(part.length);
      });
    }
  }

  /** Writes what is not output, and does not go on where that ended. */
  insert(data: Uint8Array): void {
    this.#characters.forget();
    this.terminal.write(data);
  }

  #advance(step: () => void): void {
    const wasMuted = this.isMuted;
    step();
    if (wasMuted && !this.isMuted) this.onLive();
  }

  /** The terminal asks its latest handler first, and the page may have added its own for the clipboard or notifications since. */
  #muteBeyond(): void {
    for (const hook of this.#beyond) hook.dispose();
    this.#beyond = BEYOND.map((number) => this.terminal.parser.registerOscHandler(number, () => this.isMuted));
  }

  dispose(): void {
    for (const hook of [...this.#hooks, ...this.#beyond]) hook.dispose();
  }
}
