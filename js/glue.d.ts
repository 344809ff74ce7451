// What the WebAssembly build makes beside the module. The build script points this name at it; stating the interface here lets the types
// be checked, and published, without a Rust build.
declare module "relatch-glue" {
  /** What the module imports. */
  export const imports: WebAssembly.ModuleImports;
}

// Where the module comes from: the build script points this name at `fetched.ts`, and for `relatch/inline` at `embedded.ts`.
declare module "relatch-bytes" {
  export function moduleBytes(): Promise<BufferSource>;
}

// The module itself, two digits a byte: the build script writes it.
declare module "relatch-hex" {
  export const hex: string;
}
