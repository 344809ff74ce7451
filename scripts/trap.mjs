// Takes the panics' messages out of a module. Nobody could read them: on this target a panic is a trap, whatever was formatted before it.
import { readFile, writeFile } from "node:fs/promises";

// Functions that never return, by parts of their names: Rust's panics, wasm-bindgen's throws, and js-sys's tasks, which are not used here
// but stay in the table of functions.
const NEVER = new RegExp(
  [
    "panicking",
    "panic_already",
    "BorrowError",
    "BorrowMutError",
    "handle_error",
    "handle_alloc_error",
    "capacity_overflow",
    "rust_oom",
    "unwrap_failed",
    "expect_failed",
    "slice_index_fail",
    "slice_error_fail",
    "unwrap_throw",
    "expect_throw",
    "throw_str",
    "js_sys::futures",
  ].join("|"),
);

/**
 * Has every function of the file that ends in a panic trap at once, and takes out the exports that are not wanted. The optimiser then
 * drops what only they used.
 */
export async function trapAtOnce(file, wanted) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(await readFile(file));
  const names = [];
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { module: imported, name } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (!imported && NEVER.test(name)) names.push(name);
  }
  for (const name of names) {
    const { params, results } = binaryen.getFunctionInfo(module.getFunction(name));
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  for (let i = module.getNumExports() - 1; i >= 0; i--) {
    const { name } = binaryen.getExportInfo(module.getExportByIndex(i));
    if (!wanted.has(name)) module.removeExport(name);
  }
  const binary = module.emitBinary();
  module.dispose();
  await writeFile(file, withoutMessages(Buffer.from(binary)));
}

// What only a panic's message would show: the places in the sources (and so the builder's folders), and what std says of itself.
const SOURCE = /(\/rustc\/[0-9a-f]{40}\/|\/[^\0]{1,200}?\/registry\/src\/|src\/)[\w\/.-]+?\.rs/g;
const MESSAGE =
  /(LazyCell instance has|RefCell already|capacity over|called `(Option|Result)::|closure invoked rec|FnOnce called more|Tried to shrink)[ \w`():]+/g;

/** Blanks them, and std's `Location`s: the address of a source's name, its length, a line and a column, of 4 bytes each. */
function withoutMessages(binary) {
  const text = binary.toString("latin1");
  const blanked = Buffer.from(text.replace(SOURCE, blank).replace(MESSAGE, blank), "latin1");
  const { index, 0: header } = [...text.matchAll(CONSTANTS)].at(-1);
  for (const source of text.matchAll(SOURCE)) {
    const location = Buffer.alloc(8);
    location.writeUInt32LE(STACK + source.index - index - header.length);
    location.writeUInt32LE(source[0].length, 4);
    for (let at = blanked.indexOf(location); at >= 0; at = blanked.indexOf(location)) blanked.fill(0, at, at + 16);
  }
  return blanked;
}

/** The module's stack, in bytes. The constants come after it in memory: an address below 2^20 takes a byte less than one above. */
export const STACK = 1 << 19;

// `i32.const 524288`, `end`, and the constants' length. The stack's own start is written in the same way, earlier in the file.
const CONSTANTS = /\x41\x80\x80\x20\x0b[\x80-\xff]*[\x00-\x7f]/g;

function blank(text) {
  return "\0".repeat(text.length);
}
