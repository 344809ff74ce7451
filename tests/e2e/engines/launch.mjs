// A browser of each engine with its WebDriver: started, configured, stopped.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Capabilities, WebDriver } from "selenium-webdriver";
import { Executor, HttpClient } from "selenium-webdriver/http/index.js";
import { ensureFirefox, firefoxPrefs } from "../../../scripts/firefox.mjs";
import { firstLine, start, stop } from "../../../scripts/process.mjs";
import { freePort } from "../../../scripts/project.mjs";
import { ensureWebKit, webkitEnv } from "../../../scripts/webkit.mjs";

const PATIENCE_MS = 20_000;
const QUIT_MS = 5_000;
/**
 * Without a window manager the window under the pointer has the focus, and the pointer is in the middle of the screen: so small that any
 * window of a test is there. Windows may be larger than it.
 */
const SCREEN = "800x600x24";
/** Whether browsers may speak: they say much that is no test's business. */
const LOUD = process.env.ENGINE_LOG ? "inherit" : "ignore";

/**
 * What ends with a test, the last first. One hook for all: the runner calls hooks in the order in which they came, and none after one that failed.
 */
export class Ends {
  #ends = [];

  constructor(t) {
    t.after(async () => {
      for (const end of this.#ends.toReversed())
        await Promise.resolve(end()).catch((error) => t.diagnostic(String(error)));
    });
  }

  add(end) {
    this.#ends.push(async () => end());
  }
}

/**
 * Each is given whether the page is to be dark and to move little, and what it ends with. Returns the session, and how it runs a
 * source in a page's own realm, or in that of its frame of a number: as the console does, which its Content-Security-Policy does not forbid.
 */
export const LAUNCH = { firefox: launchFirefox, webkit: launchWebKit };

async function launchFirefox(ends, { dark, still }) {
  const { firefox, driver } = await ensureFirefox();
  const prefs = {
    "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1,
    "ui.prefersReducedMotion": still ? 1 : 0,
    // A page may open another, and that is a window beside it: a tab would hide the one that opened it.
    "dom.disable_open_during_load": false,
    "browser.link.open_newwindow": 2,
    ...firefoxPrefs,
  };
  const options = { binary: firefox, args: ["-headless"], prefs };
  const wanted = { browserName: "firefox", webSocketUrl: true, "moz:firefoxOptions": options };
  const port = await freePort();
  // Its other ports too are its own: by default each geckodriver wants the same one.
  const args = ["--port", String(port), "--websocket-port", String(await freePort())];
  const child = start(driver, args, { stdout: LOUD, stderr: LOUD });
  const session = await drive(ends, child, port, wanted);
  const bidi = await session.getBidi();
  await bidi.waitForConnection();
  ends.add(() => bidi.close());
  // The classic protocol runs scripts in a sandbox, whose Array and Error are not the page's.
  const frameOf = async (root, frame) => {
    const { result } = await bidi.send({ method: "browsingContext.getTree", params: { root } });
    return result.contexts[0].children[frame].context;
  };
  const run = async (handle, source, frame) => {
    const context = frame === undefined ? handle : await frameOf(handle, frame);
    const params = { expression: source, target: { context }, awaitPromise: false };
    const { result, error, message } = await bidi.send({ method: "script.evaluate", params });
    if (error) throw new Error(`${error}: ${message}`);
    if (result.type !== "success") throw new Error(result.exceptionDetails.text);
    return result.result.value;
  };
  // It needs not be at a page to run something there, which would bring the page to the front.
  run.anywhere = true;
  return { session, run, pid: child.pid };
}

async function launchWebKit(ends, { dark, still }) {
  const { browser, driver, display } = await ensureWebKit();
  const home = mkdtempSync(join(tmpdir(), "relatch-webkit-"));
  ends.add(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const settings = [`gtk-application-prefer-dark-theme=${dark}`, `gtk-enable-animations=${!still}`];
  mkdirSync(join(home, "gtk-3.0"));
  writeFileSync(join(home, "gtk-3.0", "settings.ini"), ["[Settings]", ...settings, ""].join("\n"));

  const screen = start(display, ["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"], {
    stdout: "pipe",
    stderr: LOUD,
  });
  ends.add(() => stop(screen));
  const env = {
    ...webkitEnv,
    DISPLAY: `:${await firstLine(screen)}`,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    XDG_DATA_HOME: home,
    GDK_BACKEND: "x11",
    // No session bus: nothing here is told to a desktop.
    DBUS_SESSION_BUS_ADDRESS: "disabled:",
    NO_AT_BRIDGE: "1",
    MESA_SHADER_CACHE_DISABLE: "true",
    GTK_THEME: dark ? "Adwaita:dark" : "Adwaita",
  };
  const args = ["--automation", "--javascript-can-open-windows-automatically=true"];
  const wanted = { browserName: "MiniBrowser", "webkitgtk:browserOptions": { binary: browser, args } };
  const port = await freePort();
  const child = start(driver, [`--port=${port}`], { env, stdout: LOUD, stderr: LOUD });
  const session = await drive(ends, child, port, wanted);
  const run = async (_, source, frame) => {
    if (frame !== undefined) await session.switchTo().frame(frame);
    try {
      return await session.executeScript(`return ${source}`);
    } finally {
      if (frame !== undefined) await session.switchTo().defaultContent();
    }
  };
  // MiniBrowser opens a tab behind the one that is there, and WebDriver cannot change them.
  return { session, run, pid: child.pid, minimises: true };
}

/** A session of a driver that was started at this port. It and all that it started end with it. */
async function drive(ends, child, port, wanted) {
  let session;
  ends.add(async () => {
    // One that does not listen any more is ended with its driver.
    const quit = session?.quit().catch(() => {});
    await Promise.race([quit, sleep(QUIT_MS, undefined, { ref: false })]);
    await stop(child);
  });
  const address = `http://127.0.0.1:${port}`;
  const until = Date.now() + PATIENCE_MS;
  const ended = child.ended.then((code) => {
    throw new Error(`the browser's driver ended (${code})`);
  });
  ended.catch(() => {});
  const isUp = () =>
    fetch(`${address}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await Promise.race([isUp(), ended]))) {
    if (Date.now() > until) throw new Error("the browser's driver does not answer");
    await sleep(20);
  }
  // WebKit would watch over scripts by the timers of the page, which a test moves.
  const timeouts = { script: null };
  const capabilities = new Capabilities({ ...wanted, timeouts, unhandledPromptBehavior: "accept" });
  session = await WebDriver.createSession(new Executor(new HttpClient(address)), capabilities);
  await session.getSession();
  return session;
}
