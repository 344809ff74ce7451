// What the WebAssembly build exports, as this package uses it. The build script points this name at the generated glue; stating the
// interface here lets the types be checked, and published, without a Rust build.
declare module "relatch-glue" {
  /** What the module imports. */
  export const imports: WebAssembly.ModuleImports;

  /** Makes a link. */
  export function open(handle: number, project: string, stored: string, heartbeat: string): void;
  /** Answers the host's `address()`; an empty URL is a failure, of `auth` or else of the URL function. */
  export function answer(handle: number, attempt: number, url: string, auth: boolean): void;

  // What the browser's objects did: the socket, the timer.
  export function opened(handle: number, socket: number): void;
  export function heard(handle: number, socket: number, bytes: number): void;
  export function control(handle: number, socket: number, text: string): void;
  export function closed(handle: number, socket: number, code: number, reason: string): void;
  export function fired(handle: number): void;
  /** Another page has made the attempt: it failed, and so many ms pass before the next; or, with 0, the server is there. */
  export function elsewhere(handle: number, retryIn: number): void;

  /** The page's terminal has processed so many bytes more. */
  export function processed(handle: number, bytes: number): void;

  // Each of these gives 0, or the place in `REFUSALS`, from 1, of why not.
  export function signal(handle: number, signal: number): number;
  export function send_text(handle: number, text: string): number;
  export function send_bytes(handle: number, bytes: Uint8Array): number;
  export function close(handle: number, code: number, reason: string): number;
  export function resize(handle: number, cols: number, rows: number): void;

  /** One number of a snapshot; NaN if there is none. */
  export function count(handle: number, place: number): number;
  /** Uses the handle up. */
  export function forget(handle: number): void;
}

// Where the module comes from: the build script points this name at `fetched.ts`, and for `relatch/inline` at `embedded.ts`.
declare module "relatch-bytes" {
  export function moduleBytes(): Promise<BufferSource>;
}

// The module itself, two digits a byte: the build script writes it.
declare module "relatch-hex" {
  export const hex: string;
}
