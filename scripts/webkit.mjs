// WebKitGTK: its driver, its small browser, and an X server for the window. Found, or installed.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { install } from "./apt.mjs";
import { named } from "./browser.mjs";
import { isProgram, Problem, which } from "./project.mjs";

const LIBRARIES = "/usr/lib";

/** The paths of all three, from `$MINIBROWSER` and `$WEBKIT_DRIVER` or the usual places; what is missing is installed where apt-get can. */
export async function ensureWebKit() {
  if (!browser() || !driver() || !display()) {
    const advice = "Install WebKitGTK's driver with its MiniBrowser, and Xvfb.";
    await install(
      ["webkit2gtk-driver", "xvfb"],
      "WebKitGTK, its driver or Xvfb, which the tests of all engines need,",
      advice,
    );
  }
  const found = { browser: browser(), driver: driver(), display: display() };
  if (!found.browser || !found.driver || !found.display)
    throw new Problem("MiniBrowser, WebKitWebDriver or Xvfb is still not found; set MINIBROWSER and WEBKIT_DRIVER.");
  return found;
}

/** What it needs to run here; as root it refuses its sandbox. */
export const webkitEnv = process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" } : {};

const driver = () => named("WEBKIT_DRIVER") ?? which("WebKitWebDriver");
const browser = () => named("MINIBROWSER") ?? which("MiniBrowser") ?? beside();
const display = () => which("Xvfb");

/** Debian puts it beside the library, the newest last: `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser`. */
function beside() {
  const inside = (folder, fits) =>
    entries(folder)
      .filter(fits)
      .sort()
      .map((name) => join(folder, name));
  return inside(LIBRARIES, (name) => name.includes("-linux-"))
    .flatMap((folder) => inside(folder, (name) => /^webkit(2gtk|gtk)-\d/.test(name)))
    .map((folder) => join(folder, "MiniBrowser"))
    .findLast(isProgram);
}

function entries(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
