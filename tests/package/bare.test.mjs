// The packed package without a bundler: its files as a plain web server has them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ECHOED, html, policy, programs, User } from "./user.mjs";

const core = "/node_modules/relatch/dist/index.js";
const inline = "/node_modules/relatch/dist/inline.js";

test("the package as it is", async (t) => {
  const user = User.start(t);
  for (const [title, program, options] of [
    ["a page", programs.page(core)],
    ["a page of relatch/inline", programs.page(inline)],
    ["a worker", programs.worker(core)],
    ["a page under a strict Content-Security-Policy", programs.page(core), { policy: policy("'self' LINK") }],
    ["a worker under one", programs.worker(core), { policy: `${policy("'self' LINK")}; worker-src 'self'` }],
    // There is no file to be fetched.
    ["a page of relatch/inline under one", programs.page(inline), { policy: policy("LINK") }],
  ]) {
    await t.test(title, async () => {
      const folder = await user.project({ ...program, "index.html": html("main.js") });
      assert.equal(await user.opened(folder, options), ECHOED);
    });
  }

  await t.test("a page whose Content-Security-Policy lacks 'wasm-unsafe-eval' is told", async () => {
    const folder = await user.project({ ...programs.page(core), "index.html": html("main.js") });
    const strict = policy("'self' LINK").replace(" 'wasm-unsafe-eval'", "");
    await assert.rejects(user.opened(folder, { policy: strict }), /script-src wasm-eval/);
  });
});
