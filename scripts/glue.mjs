// Makes wasm-bindgen's glue as small as what it is used for.
import { readFile, writeFile } from "node:fs/promises";
import { Problem } from "./project.mjs";

/** The helpers that js/memory.ts has in place of wasm-bindgen's. */
const HELPERS = {
  getArrayU8FromWasm0: "bytesAt",
  getStringFromWasm0: "textAt",
};
// For what JavaScript passes on: js/memory.ts calls the module itself.
const PASSING = ["passArray8ToWasm0", "passStringToWasm0", "WASM_VECTOR_LEN"];
const INNER = ["getUint8ArrayMemory0", "decodeText"];

/**
 * Takes out of the glue what nothing here needs: helpers for older browsers, the table of JavaScript's objects, of which none crosses,
 * conversions of what is a number below 2^31 already, and the functions around the module's exports. Returns the names of those.
 */
export async function slimGlue(file) {
  let text = await readFile(file, "utf8");
  const [helpers] = /^export function __wbindgen_init_externref_table[^]*$/m.exec(text) ?? [""];
  const known = [...Object.keys(HELPERS), ...PASSING, ...INNER];
  const unknown = [...helpers.matchAll(/^function (\w+)/gm)].find(([, name]) => !known.includes(name));
  if (!helpers || unknown)
    throw new Problem(`wasm-bindgen's glue is not as scripts/glue.mjs knows it: ${unknown?.[1]}`);
  text = text.slice(0, -helpers.length);
  for (const [theirs, ours] of Object.entries(HELPERS)) text = text.replaceAll(theirs, ours);
  const exported = new Set(["memory", "__wbindgen_malloc"]);
  const isImport = (code) => {
    const calls = [...code.matchAll(/\bwasm\.(\w+)\(/g)].map(([, name]) => name);
    for (const name of calls) exported.add(name);
    return !calls.length;
  };
  text = text
    .replace(/ >>> 0/g, "")
    .split(/^(?=\/\*\*|export function)/m)
    .filter(isImport)
    .map(withoutConversions)
    .map(passedOn)
    .join("");
  await writeFile(file, `import { ${Object.values(HELPERS).join(", ")} } from "relatch-memory";\n${text}`);
  return exported;
}

function withoutConversions(code) {
  const converted = [...code.matchAll(/^ +const (\w+) = \+(\w+);\n/gm)];
  return converted.reduce(
    (code, [line, name, value]) => code.replace(line, "").replace(new RegExp(`\\b${name}\\b`, "g"), value),
    code,
  );
}

/** A function that only calls another with what it was given is that other one. */
function passedOn(code) {
  return code.replace(
    /^export function (\w+)\(([^)]*)\) {\s+(?:const ret = )?((?!wasm)\w+)\(\2\);\s+(?:return ret;\s+)?}/,
    "export const $1 = $3;",
  );
}
