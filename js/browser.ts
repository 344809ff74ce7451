// The browser's objects that Rust acts on for one link: a socket, a timer, and the events that the page goes through.
import type { ConnectOptions } from "./options.js";
import type { Probe, Refusal } from "./probe.js";
import { bytesAt, encoder, type Passed, passText, textAt, wasm } from "./memory.js";

/** What Rust is told without more, in its order. */
export enum Signal {
  Online,
  Offline,
  Wake,
  Hide,
  Freeze,
  Leave,
  Pace,
  Reconnect,
  NewSession,
  Dispose,
}

/** What a page goes through. `freeze` and `resume` are of the Page Lifecycle draft; where they are missing nothing is lost. */
const OF_WINDOW = {
  online: Signal.Online,
  offline: Signal.Offline,
  pageshow: Signal.Wake,
  pagehide: Signal.Leave,
};
const OF_DOCUMENT = {
  visibilitychange: Signal.Wake,
  freeze: Signal.Freeze,
  resume: Signal.Wake,
};
const HEARD: Record<string, Signal> = { ...OF_WINDOW, ...OF_DOCUMENT };

export abstract class Browser {
  /** The link's handle; until it has one, nobody's. */
  handle = -1;
  /** Finds out over HTTP why a socket did not open. */
  protected probe: Probe | undefined;
  /** The HTTP status that the probe found, while that is told. */
  protected status: number | undefined;
  /** What was heard last, until it is delivered. */
  #data: ArrayBuffer | string = "";
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The page goes, perhaps for good. */
  abstract leave(): void;

  /** The page was kept, and is there again. */
  abstract comeBack(): void;

  abstract readonly options: ConnectOptions;

  /** Takes a message for the page. */
  abstract readonly message: (data: ArrayBuffer | string) => void;

  /** Opens a socket; `false` if the browser refuses to make it: for a subprotocol, or mixed content. */
  connect(id: number, ...url: Passed): boolean {
    try {
      const { protocols, resume } = this.options;
      const socket = (this.#socket = new WebSocket(textAt(...url), resume ? "relatch.v1" : protocols));
      socket.binaryType = "arraybuffer";
      socket.onopen = () => {
        // What is there when the socket closes says that it never opened.
        socket.onopen = null;
        wasm.opened(this.handle, id);
      };
      socket.onmessage = ({ data }) => this.#hear(id, data);
      const tell = ({ status, code, reason }: Refusal) => {
        this.status = status;
        wasm.closed(this.handle, id, code, ...passText(reason));
        this.status = undefined;
      };
      socket.onclose = (event) => {
        this.#socket = undefined;
        if (socket.onopen && this.probe) void this.probe(this.options.probeUrl!).then((found) => tell(found ?? event));
        else tell(event);
      };
      return true;
    } catch {
      return false;
    }
  }

  #hear(id: number, data: ArrayBuffer | string): void {
    const isText = typeof data == "string";
    if (isText && (this.options.control || this.options.resume))
      return wasm.control(this.handle, id, ...passText(data));
    this.#data = data;
    wasm.heard(this.handle, id, isText ? encoder.encode(data).length : data.byteLength);
  }

  deliver(): void {
    this.message(this.#data);
    this.#data = "";
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.#socket?.send(data);
  }

  send_text(...text: Passed): void {
    this.send(textAt(...text));
  }

  send_bytes(...bytes: Passed): void {
    this.send(bytesAt(...bytes));
  }

  /** Closing a socket that is still connecting just abandons it. Nothing of it is heard again. */
  discard(code: number, ...reason: Passed): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code, textAt(...reason));
  }

  /** Bytes handed over but not yet on the network. */
  get buffered(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Has the one timer fire in so many milliseconds; if that is negative, not at all. */
  arm(delay: number): void {
    clearTimeout(this.#timer);
    if (delay >= 0) this.#timer = setTimeout(() => wasm.fired(this.handle), delay);
  }

  /** Tells Rust of what the page goes through, from now on or no longer. */
  listen(change: "addEventListener" | "removeEventListener"): void {
    for (const type in OF_WINDOW) globalThis[change](type, this);
    for (const type in OF_DOCUMENT) globalThis.document?.[change](type, this);
  }

  /** Tells Rust if nobody looks at the page. */
  hide(): void {
    if (globalThis.document?.hidden) wasm.signal(this.handle, Signal.Hide);
  }

  handleEvent({ type, persisted }: Event & { persisted?: boolean }): void {
    const signal = HEARD[type]!;
    if (signal > Signal.Hide) this.leave();
    else if (persisted || type == "resume") this.comeBack();
    // A page that is not kept closes its sockets with 1001 itself, and one that is hidden is not looked at.
    const isTold = type == "pagehide" ? persisted : type != "visibilitychange" || !document.hidden;
    if (isTold) wasm.signal(this.handle, signal);
    this.hide();
  }
}
