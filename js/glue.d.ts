// What the WebAssembly build exports, as this package uses it. The build script points this name at the generated glue; stating the
// interface here lets the types be checked, and published, without a Rust build.
declare module "relatch-glue" {
  /** Fetches and starts the WebAssembly module, once. */
  export default function init(): Promise<unknown>;

  export class LinkCore {
    constructor(
      url: unknown,
      options: object | undefined,
      onEvent: (type: string, detail: object) => void,
      onMessage: (data: ArrayBuffer | string) => void,
    );
    send(data: string | ArrayBuffer | ArrayBufferView): void;
    resize(cols: number, rows: number): void;
    close(code?: number, reason?: string): void;
    reconnect(): void;
    newSession(): void;
    dispose(): void;
    snapshot(): object;
    readonly state: string;
    readonly sessionId: string;
    readonly sessionKey: string;
    readonly bufferedAmount: number;
  }
}
