// Chromium and its driver: found, or installed.
import { install } from "./apt.mjs";
import { isProgram, Problem, which } from "./project.mjs";

const BROWSERS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const DRIVERS = ["chromedriver", "/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver"];

/** The paths of both, from `$CHROME` and `$CHROMEDRIVER` or the usual places; what is missing is installed where apt-get can. */
export async function ensureBrowser() {
  if (!chrome() || !driver()) {
    const advice = "Install Chromium (or Chrome) with its chromedriver, or set CHROME and CHROMEDRIVER to their paths.";
    await install(["chromium", "chromium-driver"], "Chromium or its driver, which the tests need,", advice);
  }
  const found = { chrome: chrome(), driver: driver() };
  if (!found.chrome || !found.driver)
    throw new Problem("Chromium or chromedriver is still not found; set CHROME and CHROMEDRIVER.");
  return found;
}

/** What a headless Chromium needs to run here; as root it refuses its sandbox. */
export const browserFlags = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const chrome = () => named("CHROME") ?? firstOf(BROWSERS);
const driver = () => named("CHROMEDRIVER") ?? firstOf(DRIVERS);

/** The program that a variable of the environment names. */
export function named(variable) {
  const path = process.env[variable];
  if (path && !isProgram(path)) throw new Problem(`${variable} is "${path}", which is no program`);
  return path || undefined;
}

/** The first of these programs that is there, by name or by path. */
export function firstOf(names) {
  return names.map((name) => (name.startsWith("/") ? isProgram(name) && name : which(name))).find(Boolean);
}
