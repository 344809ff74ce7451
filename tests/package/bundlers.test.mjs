// The packed package as each bundler builds it for production, opened in a browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";
import { build as vite } from "vite";
import { build as vite7 } from "vite-7";
import { byEsbuild, byRollup, byVite, byWebpack } from "./bundlers.mjs";
import { ECHOED, policy, programs, put, User } from "./user.mjs";

/** A page that is one file, as a tool of a single page's is. */
async function byEsbuildInOneFile(folder) {
  const script = readFileSync(join(await byEsbuild(folder), "main.js"), "utf8");
  const page = join(folder, "page");
  put(page, { "index.html": `<!doctype html><link rel="icon" href="data:,"><script type="module">${script}</script>` });
  return page;
}

const inline = "relatch/inline";
// xterm.js makes styles as it goes.
const xterm = { policy: `${policy("'self' LINK")}; style-src 'self' 'unsafe-inline'` };
// Before version 8 Vite makes a worker of a format that knows no import().
const modules = { worker: { format: "es" } };
test("what bundlers build of the package", async (t) => {
  const user = User.start(t);
  for (const [title, build, program, options] of [
    ["Vite builds a page", byVite(vite), programs.page()],
    ["Vite builds a worker", byVite(vite), programs.worker()],
    ["Vite builds a terminal, under a strict Content-Security-Policy", byVite(vite), programs.terminal, xterm],
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
    ["a page of relatch/inline is one file", byEsbuildInOneFile, programs.page(inline)],
  ]) {
    await t.test(title, async () => {
      assert.equal(await user.opened(await build(await user.project(program)), options), ECHOED);
    });
  }
});
