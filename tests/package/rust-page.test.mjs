// The example of a page in Rust, which uses the crate and nothing of the npm package.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inProject } from "../../scripts/project.mjs";
import { runIn, User } from "./user.mjs";

test("a page in Rust shows what comes, sends what is typed and says how the line is", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "relatch-rust-page-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await runIn(folder, "wasm-bindgen", ["--target", "web", "--out-dir", ".", process.env.RUST_PAGE]);
  copyFileSync(inProject("examples/rust-page/index.html"), join(folder, "index.html"));

  const use = async (page) => {
    const has = (id, text) =>
      page.waitForFunction(([id, text]) => document.getElementById(id).textContent.includes(text), [id, text]);
    await has("state", "ready (opened)");
    await page.keyboard.type("over and out");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+c");
    await page.keyboard.press("Shift");
    await page.keyboard.press("Enter");
    await has("output", "\r");
    return page.locator("#output").evaluate((output) => output.textContent);
  };
  assert.equal(await User.start(t).opened(folder, { use }), "over and out\x1b[D\x03\r");
});
