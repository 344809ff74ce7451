// Makes wasm-bindgen's glue as small as what it is used for.
import { readFile, writeFile } from "node:fs/promises";
import { Problem } from "./project.mjs";

// What wasm-bindgen has for texts and bytes; js/memory.ts has its own.
const HELPERS = [
  "getArrayU8FromWasm0",
  "getStringFromWasm0",
  "passArray8ToWasm0",
  "passStringToWasm0",
  "getUint8ArrayMemory0",
  "decodeText",
];

/**
 * Takes all out of the glue that js/memory.ts and js/calls.ts do themselves, with numbers alone: the functions around the module's
 * exports and around the hosts' methods, and the helpers of those. What is left are imports of another kind: the clocks. Returns the
 * names of the exports and of the methods.
 */
export async function slimGlue(file) {
  const text = await readFile(file, "utf8");
  const [helpers] = /^export function __wbindgen_init_externref_table[^]*$/m.exec(text) ?? [""];
  const unknown = [...helpers.matchAll(/^function (\w+)/gm)].find(([, name]) => !HELPERS.includes(name));
  const [, called] = /^import \{(.+)\} from 'relatch-calls';$/m.exec(text) ?? [];
  if (!helpers || unknown || !called)
    throw new Problem(`wasm-bindgen's glue is not as scripts/glue.mjs knows it: ${unknown?.[1]}`);
  const methods = called.split(",").map((name) => name.trim());
  const exported = new Set(["memory", "__wbindgen_malloc"]);
  const isOther = (code) => {
    const uses = [...code.matchAll(/\bwasm\.(\w+)\(/g)].map(([, name]) => name);
    for (const name of uses) exported.add(name);
    return /^export/.test(code) && !uses.length && !methodOf(code, methods) && !/throw new Error/.test(code);
  };
  const object = /\b(BigInt|\w*[oO]bject\w*|\w*externref\w*)\(/.exec(text.slice(0, -helpers.length));
  if (object) throw new Problem(`something crosses that is no number: ${object[1]}`);
  const kept = text
    .slice(0, -helpers.length)
    .split(/^(?=\/\*\*|export function)/m)
    .filter(isOther);
  const crossing = kept.find((code) => /FromWasm0|ToWasm0/.test(code));
  if (crossing) throw new Problem(`something crosses that is no number: ${crossing}`);
  await writeFile(file, kept.join(""));
  return { exported, methods };
}

/** The method whose import has this name; wasm-bindgen adds a hash. */
export function methodOf(name, methods) {
  return methods.find((method) => new RegExp(`\\b__wbg_${method}_[0-9a-f]{16}\\b`).test(name));
}
