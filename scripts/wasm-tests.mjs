// The browser driver's tests: `wasm-pack test` in a headless browser, with a server beside it that fails on demand.
import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { browserFlags, ensureBrowser } from "./browser.mjs";
import { cargoTests } from "./counts.mjs";
import { ensureFirefox, firefoxPrefs } from "./firefox.mjs";
import { stop } from "./process.mjs";
import { freePort, inProject } from "./project.mjs";
import { buildServer, quietly, startServer } from "./server.mjs";

const SLOWEST_TEST_S = 300;

/** Of each engine: what wasm-pack is told, and what the driver. wasm-pack knows no driver for WebKit on Linux. */
const ENGINES = {
  async chromium() {
    const { chrome, driver } = await ensureBrowser();
    const options = { binary: chrome, args: browserFlags };
    return { flags: ["--chrome", "--chromedriver", driver], capabilities: { "goog:chromeOptions": options } };
  },
  async firefox() {
    const { firefox, driver } = await ensureFirefox();
    const options = { binary: firefox, args: ["-headless"], prefs: firefoxPrefs };
    return { flags: ["--firefox", "--geckodriver", driver], capabilities: { "moz:firefoxOptions": options } };
  },
};

/** Runs them in an engine and returns how many passed and failed. */
export async function wasmTests(engine = "chromium") {
  const { flags, capabilities } = await ENGINES[engine]();
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
  const file = inProject("webdriver.json");
  try {
    await writeFile(file, JSON.stringify(capabilities));
    return await cargoTests(
      "wasm-pack",
      // Without the feature `npm`: what that imports is TypeScript, which the test runner does not have.
      ["test", "--headless", ...flags, "--mode", "no-install"],
      {
        RELATCH_TEST_SERVER: url.origin,
        RELATCH_TEST_ACCESS: access,
        WASM_BINDGEN_TEST_ADDRESS: `127.0.0.1:${port}`,
        WASM_BINDGEN_TEST_TIMEOUT: String(SLOWEST_TEST_S),
      },
    );
  } finally {
    await stop(child);
    await rm(file, { force: true });
  }
}
