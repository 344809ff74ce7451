// Firefox and its driver: found, or installed.
import { install } from "./apt.mjs";
import { firstOf, named } from "./browser.mjs";
import { run } from "./process.mjs";
import { Problem, say, tools, which } from "./project.mjs";

const BROWSERS = ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

/** The paths of both, from `$FIREFOX` and `$GECKODRIVER` or the usual places; what is missing is installed. */
export async function ensureFirefox() {
  if (!firefox()) {
    const advice = "Install Firefox, or set FIREFOX to its path.";
    await install(["firefox-esr"], "Firefox, which the tests of all engines need,", advice);
  }
  if (!driver()) {
    say("geckodriver, which steers Firefox, is missing: compiling it into .tools/ (a few minutes)");
    await run("cargo", ["install", "geckodriver", "--locked", "--root", tools]);
  }
  const found = { firefox: firefox(), driver: driver() };
  if (!found.firefox || !found.driver)
    throw new Problem("Firefox or geckodriver is still not found; set FIREFOX and GECKODRIVER.");
  return found;
}

/** What a headless Firefox needs to run tests. */
export const firefoxPrefs = {
  // After failures it holds new sockets to the same server back, for up to 60 s; tests play in a second what takes a page minutes.
  "network.websocket.delay-failed-reconnects": false,
  // No traffic but the tests'.
  "app.normandy.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

const firefox = () => named("FIREFOX") ?? firstOf(BROWSERS);
const driver = () => named("GECKODRIVER") ?? which("geckodriver");
