// The bundlers. Each builds a project's main.js, and returns the folder of what it has built, index.html in it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build } from "esbuild";
import { rollup } from "rollup";
import webpack from "webpack";
import { html, put } from "./user.mjs";

/** One version of Vite, with settings of the project's own. */
export const byVite = (build, settings) => async (folder) => {
  put(folder, { "index.html": html("./main.js") });
  await build({ root: folder, configFile: false, logLevel: "warn", ...settings });
  return join(folder, "dist");
};

/** Those that leave the page to others. */
const besideItsPage = (build) => async (folder) => {
  const dist = join(folder, "dist");
  await build(join(folder, "main.js"), dist);
  put(dist, { "index.html": html("main.js") });
  return dist;
};

export const byWebpack = besideItsPage(async (entry, path) => {
  const output = { path };
  const compiler = webpack({ context: join(entry, ".."), entry, mode: "production", output });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, stats) => compiler.close(() => (error ? reject(error) : resolve(stats))));
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  assert.deepEqual([...errors, ...warnings], []);
});

export const byRollup = (...plugins) =>
  besideItsPage(async (input, dir) => {
    const onwarn = ({ message }) => assert.fail(message);
    const bundle = await rollup({ input, plugins: [nodeResolve(), ...plugins], onwarn });
    await bundle.write({ dir });
  });

export const byEsbuild = besideItsPage((entry, outdir) =>
  build({ entryPoints: [entry], bundle: true, minify: true, format: "esm", outdir, logLevel: "warning" }),
);
