import type { IDisposable, ITerminalAddon, Terminal } from "@xterm/xterm";
import { chunksOfBytes, chunksOfUtf8 } from "./chunks.js";
import type { LinkEventMap } from "./events.js";
import { sparedFatal } from "./fatal.js";
import { Focus } from "./focus.js";
import type { Link } from "./link.js";
import { Pasted } from "./pasted.js";
import { Replay } from "./replay.js";
import { exited, gap, gapBeforeSnapshot, restarted, serverReset, sessionLost } from "./reset.js";
import { type Foreign, Sizes } from "./sizes.js";

/** The most that is typed ahead while the line is down, in bytes. */
const TYPED_AHEAD = 4096;

const RESETS = { server: serverReset, "session-lost": sessionLost, restarted };

/** Settings of the addon. */
export interface RelatchAddonOptions {
  /**
   * Says the terminal's size to a server that does not speak Relatch's control frames: what it returns is sent on each new
   * connection and at each change. Default: `link.resize()`, which such frames carry.
   */
  resize?: Foreign;
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
  /** Bytes typed since the line was lost, and those that the link has taken of them. */
  #ahead = 0;
  #taken = 0;
  /** The link has said where its session goes on: it cuts input into frames itself. */
  #resumes = false;
  #focus: Focus | undefined;
  #sizes: Sizes | undefined;
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
    const sizes = (this.#sizes = new Sizes(terminal, this.link, () => this.isReplaying, this.options.resize));
    const replay = (this.#replay = new Replay(terminal, () => {
      sizes.live();
      focus.look();
    }));
    const processed = this.link.pace();
    let start = 0;
    this.#attached.push(
      ...sparedFatal(terminal),
      replay,
      { dispose: () => processed() },
      sizes,
      this.#listen("message", ({ data }) => {
        if (typeof data === "string") terminal.write(data);
        else replay.write(new Uint8Array(data), processed);
      }),
      this.#listen("resumed", ({ detail }) => {
        start = detail.offset;
        this.#resumes = true;
        replay.expect(detail.replay);
        sizes.tell(detail, replay.isExpecting);
      }),
      this.#listen("size", ({ detail }) => sizes.tell(detail, replay.isExpecting)),
      this.#listen("reset", ({ detail }) => {
        this.#pasted.forget();
        replay.insert(RESETS[detail.reason]);
      }),
      this.#listen("dropped", ({ detail }) => this.#pasted.dropped(detail)),
      this.#listen("gap", ({ detail: { from, to, snapshot } }) => {
        const missing = from === undefined ? undefined : to - from;
        replay.skip(missing ?? to - start, snapshot);
        replay.insert(snapshot ? gapBeforeSnapshot(missing, sizes.rows) : gap(missing));
        if (snapshot) sizes.show();
      }),
      this.#listen("exit", ({ detail: { code, signal } }) =>
        replay.insert(exited(signal === undefined ? `exit ${code}` : `signal ${signal}`)),
      ),
      this.#listen("ready", () => {
        const taken = this.#taken;
        this.#ahead = this.#taken = 0;
        sizes.ready();
        focus.look();
        this.#pasted.resumed(taken);
      }),
      terminal.onData(type),
      terminal.onBinary((text) =>
        this.#type(
          Uint8Array.from(text, (char) => char.charCodeAt(0)),
          chunksOfBytes,
        ),
      ),
    );
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
    this.#sizes?.flush();
    let rest = bytes.length;
    try {
      // Whole, so that all of a paste is taken or nothing.
      for (const chunk of this.#resumes ? [bytes] : cut(bytes)) {
        rest -= chunk.length;
        this.link.send(chunk);
        if (state !== "ready") this.#taken += chunk.length;
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
}
