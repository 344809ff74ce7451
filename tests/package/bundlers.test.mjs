// The packed package as each bundler builds it for production, opened in a browser.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import { build as vite7 } from "vite-7";
import webpack from "webpack";
import { ECHOED, html, programs, put, User } from "./user.mjs";

// Each builds a project's main.js, and returns the folder of what it has built, index.html in it.

const byVite = (build, settings) => async (folder) => {
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

const byWebpack = besideItsPage(async (entry, path) => {
  const output = { path };
  const compiler = webpack({ context: join(entry, ".."), entry, mode: "production", output });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, stats) => compiler.close(() => (error ? reject(error) : resolve(stats))));
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  assert.deepEqual([...errors, ...warnings], []);
});

const byRollup = (...plugins) =>
  besideItsPage(async (input, dir) => {
    const onwarn = ({ message }) => assert.fail(message);
    const bundle = await rollup({ input, plugins: [nodeResolve(), ...plugins], onwarn });
    await bundle.write({ dir });
  });

const byEsbuild = besideItsPage((entry, outdir) =>
  esbuild({ entryPoints: [entry], bundle: true, minify: true, format: "esm", outdir, logLevel: "warning" }),
);

const inline = "relatch/inline";
// Before version 8 Vite makes a worker of a format that knows no import().
const modules = { worker: { format: "es" } };
test("what bundlers build of the package", async (t) => {
  const user = User.start(t);
  for (const [title, build, program] of [
    ["Vite builds a page", byVite(vite), programs.page()],
    ["Vite builds a worker", byVite(vite), programs.worker()],
    ["Vite builds a terminal", byVite(vite), programs.terminal],
    ["Vite 7 builds a page", byVite(vite7), programs.page()],
    ["Vite 7 builds a worker, as a module", byVite(vite7, modules), programs.worker()],
    ["webpack builds a page", byWebpack, programs.page()],
    ["webpack builds a worker", byWebpack, programs.worker()],
    [
      "Rollup builds a page, with a plugin that copies what `new URL` names",
      byRollup(importMetaAssets()),
      programs.page(),
    ],
    ["Rollup builds a page of relatch/inline, without", byRollup(), programs.page(inline)],
    ["esbuild builds a page of relatch/inline", byEsbuild, programs.page(inline)],
  ]) {
    await t.test(title, async () => {
      assert.equal(await user.opened(await build(await user.project(program))), ECHOED);
    });
  }
});
