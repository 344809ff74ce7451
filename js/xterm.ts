import type { IDisposable, ITerminalAddon, Terminal } from "@xterm/xterm";
import { chunksOfBytes, chunksOfUtf8 } from "./chunks.js";
import type { LinkEventMap } from "./events.js";
import type { Link } from "./link.js";
import { serverReset, sessionLost } from "./reset.js";

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
 * Typing is sent as UTF-8 in binary frames of at most 16 KiB. While the link is closed or superseded it goes nowhere, and nothing
 * throws; what a full queue refuses is said by the link's `dropped` event.
 */
export class RelatchAddon implements ITerminalAddon {
  readonly #attached: IDisposable[] = [];

  constructor(
    private readonly link: Link,
    private readonly options: RelatchAddonOptions = {},
  ) {}

  /** Called by `terminal.loadAddon()`. */
  activate(terminal: Terminal): void {
    this.#attached.push(
      this.#listen("message", ({ data }) => terminal.write(typeof data === "string" ? data : new Uint8Array(data))),
      this.#listen("reset", ({ detail }) => terminal.write(detail.reason === "server" ? serverReset : sessionLost)),
      this.#listen("ready", () => this.#sayForeignSize(terminal)),
      terminal.onData((text) => this.#type(chunksOfUtf8(new TextEncoder().encode(text)))),
      terminal.onBinary((text) => this.#type(chunksOfBytes(Uint8Array.from(text, (char) => char.charCodeAt(0))))),
      terminal.onResize(() => this.#saySize(terminal)),
    );
    this.#saySize(terminal);
  }

  /** Takes the addon's listeners off. The link stays connected. */
  dispose(): void {
    for (const attached of this.#attached.splice(0)) attached.dispose();
  }

  #listen<Type extends keyof LinkEventMap>(type: Type, listener: (event: LinkEventMap[Type]) => void): IDisposable {
    this.link.addEventListener(type, listener);
    return { dispose: () => this.link.removeEventListener(type, listener) };
  }

  #type(chunks: Iterable<Uint8Array>): void {
    if (this.link.state === "closed" || this.link.state === "superseded") return;
    try {
      for (const chunk of chunks) this.link.send(chunk);
    } catch {
      // The queue is full, as `dropped` has said. The rest of a paste must not follow without the piece that is missing.
    }
  }

  #saySize(terminal: Terminal): void {
    if (isHidden(terminal)) return;
    if (!this.options.resize) this.link.resize(terminal.cols, terminal.rows);
    else if (this.link.state === "ready") this.#sayForeignSize(terminal);
  }

  #sayForeignSize(terminal: Terminal): void {
    if (this.options.resize && !isHidden(terminal) && this.link.state === "ready")
      this.link.send(this.options.resize(terminal.cols, terminal.rows));
  }
}

/** A terminal in a hidden element is fitted to xterm.js's least width; a shell told so would wrap its prompt for good. */
function isHidden(terminal: Terminal): boolean {
  return terminal.cols <= 2;
}
