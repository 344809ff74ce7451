// The browser driver's tests: `wasm-pack test` in headless Chromium, with a server beside it that fails on demand.
import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { browserFlags, ensureBrowser } from "./browser.mjs";
import { cargoTests } from "./counts.mjs";
import { stop } from "./process.mjs";
import { inProject } from "./project.mjs";
import { buildServer, quietly, startServer } from "./server.mjs";

const SLOWEST_TEST_S = 300;

/** Runs them and returns how many passed and failed. */
export async function wasmTests() {
  const { chrome, driver } = await ensureBrowser();
  // The server must know the tests' origin, so their page's port is chosen here and not by the runner.
  const port = await freePort();
  const access = randomBytes(16).toString("hex");
  const origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`].flatMap((origin) => [
    "--allow-origin",
    origin,
  ]);
  // The sessions of this kind exit once something is typed; all others echo.
  const leaves = ["--profile", "leaves=read line; exit 7"];
  const { child, url } = await startServer(await buildServer(), ["--mock", "--port", "0", ...leaves, ...origins], {
    ...quietly,
    RELATCH_ACCESS: access,
  });
  const capabilities = inProject("webdriver.json");
  try {
    await writeFile(capabilities, JSON.stringify({ "goog:chromeOptions": { binary: chrome, args: browserFlags } }));
    return await cargoTests(
      "wasm-pack",
      // Without the feature `npm`: what that imports is TypeScript, which the test runner does not have.
      ["test", "--headless", "--chrome", "--chromedriver", driver, "--mode", "no-install"],
      {
        RELATCH_TEST_SERVER: url.origin,
        RELATCH_TEST_ACCESS: access,
        WASM_BINDGEN_TEST_ADDRESS: `127.0.0.1:${port}`,
        WASM_BINDGEN_TEST_TIMEOUT: String(SLOWEST_TEST_S),
      },
    );
  } finally {
    await stop(child);
    await rm(capabilities, { force: true });
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
