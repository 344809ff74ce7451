// Makes wasm-bindgen's glue as small as what it is used for.
import { readFile, writeFile } from "node:fs/promises";
import { Problem } from "./project.mjs";

/** The helpers that js/memory.ts has in place of wasm-bindgen's. */
const HELPERS = {
  getArrayU8FromWasm0: "bytesAt",
  getStringFromWasm0: "textAt",
  passArray8ToWasm0: "passBytes",
  passStringToWasm0: "passText",
  WASM_VECTOR_LEN: "passed",
};
const INNER = ["getUint8ArrayMemory0", "decodeText"];

/**
 * Takes out of the glue what nothing here needs: helpers for older browsers, the table of JavaScript's objects, of which none crosses,
 * and conversions of what is a number below 2^31 already.
 */
export async function slimGlue(file) {
  let text = await readFile(file, "utf8");
  const [helpers] = /^export function __wbindgen_init_externref_table[^]*$/m.exec(text) ?? [""];
  const unknown = [...helpers.matchAll(/^function (\w+)/gm)].find(
    ([, name]) => !HELPERS[name] && !INNER.includes(name),
  );
  if (!helpers || unknown)
    throw new Problem(`wasm-bindgen's glue is not as scripts/glue.mjs knows it: ${unknown?.[1]}`);
  text = text.slice(0, -helpers.length);
  for (const [theirs, ours] of Object.entries(HELPERS)) text = text.replaceAll(theirs, ours);
  text = text
    .replace(/, wasm\.__wbindgen_(malloc|realloc)/g, "")
    .replace(/ >>> 0/g, "")
    // A text for which there is no memory is a trap, after which nothing is left to free.
    .replace(/ try \{([^]*?)\} catch \(e\) \{[^]*?throw e;\s+\}/g, "$1")
    .split(/^(?=export function)/m)
    .map(withoutConversions)
    .map(passedOn)
    .join("");
  await writeFile(file, `import { ${Object.values(HELPERS).join(", ")}, wasm } from "relatch-memory";\n${text}`);
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

/** The names of the module's exports that the glue uses. */
export async function usedExports(file) {
  const text = await readFile(file, "utf8");
  return new Set(["memory", "__wbindgen_malloc", ...[...text.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name)]);
}
