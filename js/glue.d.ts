// What the WebAssembly build exports, as this package uses it. The build script points this name at the generated glue; stating the
// interface here lets the types be checked, and published, without a Rust build.
declare module "relatch-glue" {
  /** What the module imports. */
  export const imports: WebAssembly.ModuleImports;
  /** Gives the glue the module's exports. */
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;

  /** Makes a link and gives its handle. */
  export function open(host: object): number;
  /** Answers the host's `address()`. */
  export function answer(handle: number, attempt: number, url: string | undefined, auth: boolean): void;
  // Each of these gives 0, or the place in `REFUSALS`, from 1, of why not.
  export function send_text(handle: number, text: string): number;
  export function send_bytes(handle: number, bytes: Uint8Array): number;
  export function resize(handle: number, cols: number, rows: number): void;
  export function close(handle: number, code: number, reason: string): number;
  export function reconnect(handle: number): number;
  export function new_session(handle: number): number;
  /** Uses the handle up, and gives the last snapshot. */
  export function dispose(handle: number): unknown;
  export function snapshot(handle: number): unknown;
}
