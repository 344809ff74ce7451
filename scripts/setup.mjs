// Makes the checkout ready: takes what is installed, installs what is missing. `--tests` wants the tests' browser too.
import { ensureBrowser } from "./browser.mjs";
import { ensurePackages } from "./packages.mjs";
import { main, say } from "./project.mjs";
import { ensureRust } from "./rust.mjs";

/** What building and starting needs. */
export async function setup() {
  await ensureRust();
  await ensurePackages();
}

await main(import.meta.url, async () => {
  await setup();
  if (process.argv.includes("--tests")) await ensureBrowser();
  say("All is there.");
});
