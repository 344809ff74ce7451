// The one helper of the end-to-end tests: a server, a browser, a page, and how to look at them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { browserFlags } from "../../scripts/browser.mjs";
import { start, stop } from "../../scripts/process.mjs";
import { inProject } from "../../scripts/project.mjs";
import { page as files, quietly, startServer } from "../../scripts/server.mjs";
import { exempt } from "./engines/exempt.mjs";
import { Site } from "./engines/sites.mjs";
import { openWindow } from "./engines/window.mjs";

/** Chromium is steered by Playwright; the others by WebDriver, behind the same calls. */
export const ENGINE = process.env.ENGINE ?? "chromium";
/** Where pictures are kept. */
export const SHOTS = inProject("tests/out", ...(ENGINE === "chromium" ? [] : [ENGINE]));
/** The others paint a flood more slowly. */
const PATIENCE_MS = ENGINE === "chromium" ? 10_000 : 30_000;
const PROMPT = String.raw`PS1='\[\e[1;32m\]ada@loom\[\e[m\]:\[\e[1;34m\]\w\[\e[m\]$ '`;

/** A server with shells in a home of its own, or an echo, and faults on demand. All that a test started ends with it. */
export class Server {
  static async start(t, { www = files, terminal = ["--shell"] } = {}) {
    exempt(t, ENGINE);
    const server = new this();
    if (ENGINE !== "chromium") server.site = Site.copy(t, www);
    server.www = server.site?.folder ?? www;
    server.args = [...terminal, "--mock", "--www", server.www];
    server.home = mkdtempSync(join(tmpdir(), "relatch-"));
    for (const file of [".bashrc", ".bash_profile"]) writeFileSync(join(server.home, file), `${PROMPT}\n`);
    await server.run(0);
    server.site?.isAt(server.url.origin);
    t.after(async () => {
      await stop(server.child);
      rmSync(server.home, { recursive: true, force: true });
    });
    return server;
  }

  /** Ends the server's process and starts another at the same address. */
  async restart(whileDown = async () => {}) {
    await stop(this.child);
    await whileDown();
    await this.run(this.url.port);
  }

  async run(port) {
    const args = [...this.args, "--port", String(port), "--access-file", join(this.home, "access")];
    const env = { ...quietly, HOME: this.home, SHELL: "/bin/bash" };
    ({ child: this.child, url: this.url } = await startServer(process.env.RELATCH_SERVER, args, env));
    this.access = new URLSearchParams(this.url.hash.slice(1)).get("access");
  }

  /** Makes a session's line fail, at once or after so many bytes or messages; or the `"next"` connection's. */
  async fault(session, fault, after) {
    const target = session === "next" ? session : { session };
    const body = JSON.stringify({ target, fault, after });
    const until = Date.now() + PATIENCE_MS;
    let response;
    // A page has its line a moment before the server has attached it to the session.
    do response = await fetch(this.#mock("faults"), { method: "POST", body });
    while (response.status === 404 && Date.now() < until);
    if (!response.ok) throw new Error(`the fault was refused: ${await response.text()}`);
  }

  /** Replaces the server's shells, as a restart does that keeps its `"sessions"` or `"nothing"`. */
  async mockRestart(keep) {
    const response = await fetch(this.#mock("restart"), { method: "POST", body: JSON.stringify({ keep }) });
    if (!response.ok) throw new Error(`the restart was refused: ${await response.text()}`);
  }

  /** Writes a file in the shells' home; a pipe's reader is let go. */
  write(name, text) {
    return writeFile(join(this.home, name), text);
  }

  /** The sessions that the server has. */
  async sessions() {
    return (await fetch(this.#mock("sessions"))).json();
  }

  /** The session as the server has it, once it fits. */
  async session(key, fits = () => true) {
    const until = Date.now() + PATIENCE_MS;
    let session;
    do session = (await this.sessions()).find((other) => other.key === key);
    while (!(session && fits(session)) && Date.now() < until);
    if (!(session && fits(session))) throw new Error(`the session does not come to fit: ${JSON.stringify(session)}`);
    return session;
  }

  /** Resolves once the server takes connections again. */
  async isBack() {
    while (!(await this.#answers())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  #answers() {
    return new Promise((resolve) => {
      const socket = connect(Number(this.url.port), "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
  }

  #mock(path) {
    return `${this.url.origin}/mock/${path}?access=${this.access}`;
  }
}

/** A browser window with a storage of its own. */
export async function newWindow(t, options = {}) {
  exempt(t, ENGINE);
  const usual = { viewport: { width: 1000, height: 560 }, colorScheme: "dark", ...options };
  if (ENGINE !== "chromium") return prepared(await openWindow(t, ENGINE, usual));
  const browser = await chromium.launch({ executablePath: process.env.CHROME, args: browserFlags });
  t.after(() => browser.close());
  return prepared(await browser.newContext(usual));
}

/**
 * The window of a browser as a person has it: a tab is hidden behind another, the browser slows its timers down then, and may freeze it.
 * Where the driver starts a browser itself, all tabs count as looked at.
 */
export async function peoplesWindow(t, more = []) {
  exempt(t, ENGINE);
  if (ENGINE !== "chromium") return prepared(await openWindow(t, ENGINE, { colorScheme: "dark", kind: "tab" }));
  const profile = mkdtempSync(join(tmpdir(), "relatch-profile-"));
  const flags = [...browserFlags, ...more, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`];
  const child = start(process.env.CHROME, [...flags, "about:blank"], { stderr: "pipe" });
  let browser;
  t.after(async () => {
    await browser?.close();
    await stop(child);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  browser = await chromium.connectOverCDP(await debugAddress(child), { noDefaults: true });
  return prepared(browser.contexts()[0]);
}

/** Where a browser that was started waits for its driver. */
function debugAddress({ stderr }) {
  let said = "";
  return new Promise((resolve, reject) => {
    stderr.on("data", (data) => {
      const found = /listening on (ws:\S+)/.exec((said += data));
      if (found) resolve(found[1]);
    });
    stderr.on("end", () => reject(new Error(`the browser ended: ${said}`)));
  });
}

async function prepared(window) {
  window.setDefaultTimeout(PATIENCE_MS);
  await window.addInitScript(`window.terminalText = ${terminalText}`);
  await window.exposeBinding("tellTest", ({ page }, change) => shells.get(page)?.heard(change));
  await window.addInitScript(tellChanges);
  await window.exposeBinding("tellSight", ({ page }, sight) => sights.set(page, sight));
  await window.addInitScript(tellSight);
  return window;
}

const sights = new WeakMap();

/** Hides a page of a person's window behind another tab. Resolves once the page has noticed, to what shows it again. */
export async function hide(page) {
  const back = await (page.hide?.() ?? coverWithTab(page));
  const until = Date.now() + PATIENCE_MS;
  while (sights.get(page) !== "hidden") {
    if (Date.now() > until) throw new Error("the page is still in sight");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return back;
}

/** Has nothing run in a page any more. Resolves to what lets it go on. */
export function silence(page) {
  return page.halt?.() ?? pauseByDebugger(page);
}

async function pauseByDebugger(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Debugger.enable");
  await cdp.send("Debugger.pause");
  return () => cdp.send("Debugger.disable");
}

async function coverWithTab(page) {
  await (await page.context().newPage()).bringToFront();
  return () => page.bringToFront();
}

/** Opens the server's page in a window, and waits for its shell's prompt. */
export async function openShell(window, server, { clock = false, query = "" } = {}) {
  const page = await window.newPage();
  if (clock) await page.clock.install();
  await page.goto(`${server.url.origin}/${query}${server.url.hash}`);
  const shell = new Shell(page);
  await shell.shows(/\$$/);
  return shell;
}

const shells = new WeakMap();

/** A page with a shell in it, seen as its user sees it. */
export class Shell {
  #waiting = [];

  constructor(page) {
    this.page = page;
    shells.set(page, this);
  }

  /** Types a line. */
  async type(line) {
    await this.page.keyboard.type(`${line}\n`);
  }

  /** Types a line whose output is to match, and returns the match. What is typed must not match itself. */
  async ask(line, answer) {
    await this.type(line);
    return this.shows(answer);
  }

  /** Waits until the terminal's text matches; returns the match. */
  async shows(pattern) {
    const matches = ([source, flags]) => window.relatch && new RegExp(source, flags).exec(window.terminalText());
    const found = await this.page.waitForFunction(matches, [pattern.source, pattern.flags]);
    return found.jsonValue();
  }

  /** The terminal's text, scrolled back to its beginning. */
  text() {
    return this.page.evaluate(() => window.terminalText());
  }

  /** How often the terminal's text has this line. */
  async count(line) {
    const text = await this.page.evaluate(() => window.terminalText());
    return text.split("\n").filter((other) => other === line).length;
  }

  /** The process id of the shell behind the page. */
  async pid() {
    const nonce = Math.random().toString(36).slice(2);
    return (await this.ask(`echo ${nonce}-'is'-$$`, new RegExp(`${nonce}-is-(\\d+)`)))[1];
  }

  /** Waits until the link has this state. */
  async is(state) {
    await this.page.waitForFunction((state) => window.relatch?.link.state === state, state);
  }

  /** The link's session key. */
  key() {
    return this.page.evaluate(() => window.relatch.link.sessionKey);
  }

  /** What the status line says. */
  status() {
    return this.page.locator("#status .words").innerText();
  }

  /** Resolves once the link has changed to this state, counted from the call: the page need not hear of it before something happens. */
  next(state) {
    return new Promise((resolve) => this.#waiting.push({ state, resolve }));
  }

  /** The page's link has changed its state. */
  heard(change) {
    const isMet = ({ state }) => state === change.state;
    for (const { resolve } of this.#waiting.filter(isMet)) resolve(change);
    this.#waiting = this.#waiting.filter((wish) => !isMet(wish));
  }

  /** Gives the window a size, and waits until the terminal has followed. */
  async resize(size) {
    const before = await this.page.evaluate(() => [window.relatch.terminal.cols, window.relatch.terminal.rows]);
    await this.page.setViewportSize(size);
    const isOther = ([cols, rows]) => window.relatch.terminal.cols !== cols || window.relatch.terminal.rows !== rows;
    await this.page.waitForFunction(isOther, before);
  }

  /** Keeps a picture, for a person to look at. */
  async picture(name) {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }
}

// Runs in the page, before anything else there: what its link goes through is told as soon as there is one.
function tellChanges() {
  let relatch;
  Object.defineProperty(window, "relatch", {
    get: () => relatch,
    set: (value) => {
      relatch = value;
      relatch.link.addEventListener("statechange", ({ detail }) => window.tellTest(detail));
      dispatchEvent(new Event("relatch"));
    },
  });
}

// Runs in the page. It is not asked: where the driver has to be at a page for that, it would bring it to the front.
function tellSight() {
  document.addEventListener("visibilitychange", () => window.tellSight(document.visibilityState));
}

// Runs in the page.
function terminalText() {
  const buffer = window.relatch.terminal.buffer.active;
  let text = "";
  for (let i = 0; i < buffer.length; i++) {
    const line = buffer.getLine(i);
    text += (i === 0 || line.isWrapped ? "" : "\n") + line.translateToString(true);
  }
  return text.trimEnd();
}
