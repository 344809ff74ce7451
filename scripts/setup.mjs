// Makes the checkout ready: takes what is installed, installs what is missing. `--tests` wants the tests' browser too, `--engines` all three.
import { ensureBrowser } from "./browser.mjs";
import { ensureFirefox } from "./firefox.mjs";
import { ensurePackages } from "./packages.mjs";
import { main, say } from "./project.mjs";
import { ensureRust } from "./rust.mjs";
import { ensureWebKit } from "./webkit.mjs";

/** What building and starting needs. */
export async function setup() {
  await ensureRust();
  await ensurePackages();
}

await main(import.meta.url, async () => {
  await setup();
  const engines = process.argv.includes("--engines");
  if (engines || process.argv.includes("--tests")) await ensureBrowser();
  if (engines) {
    await ensureFirefox();
    await ensureWebKit();
  }
  say("All is there.");
});
