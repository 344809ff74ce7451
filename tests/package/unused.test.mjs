// What of the package a program does not use is not in what a bundler builds of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { build as vite } from "vite";
import { byEsbuild, byRollup, byVite, byWebpack } from "./bundlers.mjs";
import { User } from "./user.mjs";

const imports = `
import { connect, LoadError } from "relatch";
import { connect as connectInline } from "relatch/inline";
import { RelatchAddon } from "relatch/xterm";
`;
const rest = 'document.title = "a program";\n';

/** Vite names its file after what is in it. */
const named = byVite(vite, { build: { rolldownOptions: { output: { entryFileNames: "main.js" } } } });

test("an import that is not used leaves nothing", async (t) => {
  const user = User.start(t);
  for (const [title, build] of Object.entries({
    esbuild: byEsbuild,
    Rollup: byRollup(),
    Vite: named,
    webpack: byWebpack,
  })) {
    await t.test(title, async () => {
      const built = async (program) => {
        const dist = await build(await user.project({ "main.js": program }));
        return readFileSync(join(dist, "main.js"), "utf8");
      };
      const text = await built(imports + rest);
      assert.match(text, /a program/);
      assert.equal(text, await built(rest));
    });
  }
});

test("a program that imports only `relatch` holds nothing of the addon, of the module and of what options ask for", async (t) => {
  const folder = await User.start(t).project({ "main.js": 'export { connect } from "relatch";' });
  const options = { bundle: true, format: "esm", splitting: true, outdir: "built", metafile: true, write: false };
  const { metafile } = await build({ ...options, absWorkingDir: folder, entryPoints: ["main.js"] });
  // What an option asks for is loaded then, from files of its own.
  const { inputs } = metafile.outputs["built/main.js"];
  assert.deepEqual(Object.keys(inputs).sort(), ["main.js", "node_modules/relatch/dist/index.js"]);
  const later = ["debug", "probe", "tabs"].map((part) => `node_modules/relatch/dist/${part}.js`);
  assert.deepEqual(Object.keys(metafile.inputs).sort(), [...later, ...Object.keys(inputs)].sort());
});
