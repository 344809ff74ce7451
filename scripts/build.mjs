// Builds what a browser loads: the WebAssembly module, the npm package around it (`dist/`), the demo page (`www/dist/`).
import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { brotli } from "./brotli.mjs";
import { artifact, TARGET } from "./cargo.mjs";
import { methodOf, slimGlue } from "./glue.mjs";
import { run } from "./process.mjs";
import { glue, inProject, main, say } from "./project.mjs";
import { setup } from "./setup.mjs";
import { STACK, trapAtOnce } from "./trap.mjs";

const MODULE = "relatch_bg.wasm";
const GLUE = "relatch_bg.js";
const HEX = "relatch_hex.js";

// What rustc emits for this target, said to wasm-opt, which otherwise refuses it.
const FEATURES = [
  "bulk-memory",
  "nontrapping-float-to-int",
  "sign-ext",
  "mutable-globals",
  "reference-types",
  "multivalue",
];

/**
 * The module and its glue, in the steps that `wasm-pack build` takes, but for one: it builds the crate's Rust library as well, beside
 * which cargo leaves link-time optimisation out, and the module is a fifth larger.
 */
export async function buildModule() {
  say("Building the WebAssembly module");
  // Where cargo keeps its sources is none of the module's business: it would be as long as that path.
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  const flags = ["-C", `link-arg=-zstack-size=${STACK}`, `--remap-path-prefix=${sources}=/c/registry/src`];
  const config = `target.${TARGET}.rustflags = ${JSON.stringify(flags)}`;
  const target = ["--target", TARGET, "--profile", "wasm", "--config", config];
  const module = await artifact(["rustc", "--lib", "--crate-type", "cdylib", "--features", "npm", ...target]);
  await run("wasm-bindgen", ["--target", "bundler", "--out-dir", glue, module]);
  const { exported, methods } = await slimGlue(join(glue, GLUE));
  await trapAtOnce(join(glue, MODULE), exported);
  const enabled = FEATURES.map((feature) => `--enable-${feature}`);
  // The memory is the module's own and begins as zeros; its first kilobyte is the far end of the stack.
  const shrunk = [
    "--zero-filled-memory",
    "--low-memory-unused",
    "--dae-optimizing",
    "--inlining-optimizing",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--merge-locals",
    "--coalesce-locals",
    "--reorder-functions",
    "--reorder-locals",
  ];
  const stripped = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  // Which functions are best inlined changes with each change to the code, and nothing tells but the weight of what comes out.
  const texts = INLINED.map((size) => join(glue, `relatch-${size}.wat`));
  const optimise = (size, text) => {
    const passes = [`--always-inline-max-function-size=${size}`, ...shrunk, ...enabled, ...stripped];
    return run("wasm-opt", [...passes, join(glue, MODULE), "--emit-text", "--output", text]);
  };
  await Promise.all(INLINED.map((size, at) => optimise(size, texts[at])));
  await shortenImports([...texts, join(glue, GLUE)], methods);
  await nameImports(texts[0], join(glue, GLUE));
  const weighed = texts.map(async (text) => {
    await run("wasm-as", [...enabled, text, "--output", `${text}.wasm`]);
    return { file: `${text}.wasm`, weight: brotli(await readFile(`${text}.wasm`)) };
  });
  const [lightest] = (await Promise.all(weighed)).sort((one, other) => one.weight - other.weight);
  await copyFile(lightest.file, join(glue, MODULE));
}

/** Up to how long a function is inlined wherever it is called: lengths to try, in binaryen's measure. Its default is 2. */
const INLINED = [2, 4, 6, 8, 10, 12];

/**
 * wasm-bindgen puts a hash into the name of each import and closure, at both ends: 1.5 kB that do not compress; and the same path into every
 * import. A host's method gets its own name, by which js/calls.ts finds it.
 */
async function shortenImports(files, methods) {
  const short = new Map();
  const shorten = (name) => methodOf(name, methods) ?? short.get(name) ?? short.set(name, `i${short.size}`).get(name);
  for (const file of files) {
    const text = await readFile(file, "utf8");
    const shortened = text.replace(/\b(__wbg|__wbindgen_generic|wasm_bindgen)_\w*?h?[0-9a-f]{16}\b/g, shorten);
    await writeFile(file, shortened.replaceAll('"./relatch_bg.js"', '"r"'));
  }
}

/** Gathers what the module imports besides, for js/calls.ts. */
async function nameImports(text, script) {
  const imported = [...(await readFile(text, "utf8")).matchAll(/\(import "r" "(i\d+)"/g)];
  const names = imported.map(([, name]) => name);
  await appendFile(script, `export const imports = { ${names.join(", ")} };\n`);
}

/** The npm package, from a built module. */
export async function buildPackage() {
  say("Building the npm package");
  const folder = await emptied("dist");
  await bundle(folder, { index: "js/index.ts", xterm: "js/xterm.ts" }, { plugins: [filesOfTheirOwn(folder)] });
  await embedModule();
  // Here what is loaded later is part of the one file as well.
  await bundle(folder, { inline: "js/index.ts" }, { alias: { "relatch-bytes": inProject("js", "embedded.ts") } });
  await run("tsc", ["-p", "js/tsconfig.json"]);
}

/** The demo page, from a built module. */
export async function buildPage() {
  say("Building the page");
  const folder = await emptied("www/dist");
  const styles = { style: "www/style.css", "links-style": "www/links.css" };
  const plugins = [filesOfTheirOwn(folder)];
  await bundle(folder, { main: "www/main.ts", links: "www/links.ts", ...styles }, { plugins });
  for (const page of ["index.html", "links.html"]) await copyFile(inProject("www", page), join(folder, page));
}

async function emptied(name) {
  const folder = inProject(name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // js/fetched.ts finds the module by `new URL("relatch_bg.wasm", import.meta.url)`: beside itself.
  await copyFile(join(glue, MODULE), join(folder, MODULE));
  return folder;
}

async function bundle(outdir, entryPoints, { alias, plugins } = {}) {
  // Loaded here, since setup may have installed it only now.
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: inProject(),
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    alias: {
      "relatch-glue": join(glue, GLUE),
      "relatch-bytes": inProject("js", "fetched.ts"),
      "relatch-hex": join(glue, HEX),
      ...alias,
    },
    plugins,
    logLevel: "warning",
  });
}

/**
 * What is imported by `import("./tabs.js")` becomes `tabs.js` beside the entry, whose name is the same in each build; esbuild's own
 * `splitting` would also move what the two have in common into a third file, which every page would have to load.
 */
function filesOfTheirOwn(outdir) {
  return {
    name: "files of their own",
    setup(build) {
      const found = new Map();
      build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const name = basename(path, ".js");
        found.set(name, join(resolveDir, path.replace(/\.js$/, ".ts")));
        return { path: `./${name}.js`, external: true };
      });
      build.onEnd(async () => {
        if (found.size) await bundle(outdir, Object.fromEntries(found));
      });
    },
  };
}

/** Writes the module as a script, for the entry that has it within. */
async function embedModule() {
  const digits = (await readFile(join(glue, MODULE))).toString("hex");
  await writeFile(join(glue, HEX), `export const hex = "${digits}";\n`);
}

await main(import.meta.url, async () => {
  await setup();
  await buildModule();
  await buildPackage();
  await buildPage();
});
