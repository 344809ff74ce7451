// Vite's development server, which first moves what is in node_modules into files of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createServer as vite } from "vite";
import { createServer as vite7 } from "vite-7";
import { ECHOED, html, programs, User } from "./user.mjs";

// Version 7 leaves the module behind, unless it is told to leave the package where it is.
const stays = { optimizeDeps: { exclude: ["relatch"] } };

test("what Vite's development server makes of the package", async (t) => {
  const user = User.start(t);
  for (const [title, createServer, program, settings] of [
    ["Vite serves a page", vite, programs.page()],
    ["Vite serves a worker", vite, programs.worker()],
    ["Vite serves a terminal", vite, programs.terminal],
    ["Vite serves a page with the settings that version 7 wants", vite, programs.page(), stays],
    ["Vite 7 serves a page", vite7, programs.page(), stays],
    ["Vite 7 serves a worker", vite7, programs.worker(), stays],
    ["Vite 7 serves a page of relatch/inline without settings", vite7, programs.page("relatch/inline")],
  ]) {
    await t.test(title, async (t) => {
      const root = await user.project({ ...program, "index.html": html("./main.js") });
      const server = { host: "127.0.0.1", port: 0 };
      const dev = await createServer({ root, server, logLevel: "warn", configFile: false, ...settings });
      t.after(() => dev.close());
      await dev.listen();
      assert.equal(await user.visited(`${dev.resolvedUrls.local[0]}index.html`), ECHOED);
    });
  }
});
