// What the tests of a page's life need beside the stage: a server whose log can be read, and a page that is left and come back to.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quietly, startServer } from "../../scripts/server.mjs";
import { hide as hidePage, peoplesWindow, Server } from "./stage.mjs";

const PATIENCE_MS = 10_000;

/** How long the server keeps a session whose page went and may come back, in ms; one whose page was left or reloaded, in passthrough. */
export const RETENTION = 30 * 60_000;
export const RETENTION_LEFT = 60_000;

/** A server that keeps its log, which says how a socket ended. */
export class LoggingServer extends Server {
  async run(port) {
    this.log ??= join(this.home, "server.log");
    const args = [...this.args, "--port", String(port), "--access-file", join(this.home, "access")];
    const logging = ["-c", `exec "$0" "$@" 2>>"$LOG"`, process.env.RELATCH_SERVER, ...args];
    const env = { ...quietly, RUST_LOG: "relatch_server=info", NO_COLOR: "1", LOG: this.log };
    const shell = { HOME: this.home, SHELL: "/bin/bash" };
    ({ child: this.child, url: this.url } = await startServer("/bin/sh", logging, { ...env, ...shell }));
    this.access = new URLSearchParams(this.url.hash.slice(1)).get("access");
  }

  /** The codes that pages of a session have closed their sockets with, once there are so many. */
  async closedWith(key, count = 1) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const lines = readFileSync(this.log, "utf8").split("\n");
      const ends = lines.filter((line) => line.includes(key) && /gone=|departure=/.test(line));
      const codes = ends.map((line) => Number(/Closed\((\d+)\)/.exec(line)?.[1]));
      if (codes.length >= count) return codes;
      if (Date.now() > until) throw new Error(`no socket has ended: ${lines.filter((line) => line.includes(key))}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A window whose browser keeps pages that are left, and takes them out again as they were: the back-forward cache. */
export async function keepingWindow(t) {
  const window = await peoplesWindow(t);
  await window.addInitScript(watchReturns);
  return window;
}

/** Leaves a page for another, within its tab. */
export function leave({ page }, server, path = "/links.html?links=0") {
  return page.goto(`${server.url.origin}${path}`);
}

/** Goes back to a page, and sees that it is the same one, not loaded anew. */
export async function goBack(shell, times = 1) {
  // `page.goBack()` waits for a page that loads.
  await shell.page.evaluate(() => void history.back());
  await shell.page.waitForFunction((times) => window.returns === times, times);
}

/** Hides a shell's page behind another tab. Returns what shows it again. */
export function hide({ page }) {
  return hidePage(page);
}

/** The link's state and counters. */
export function snapshot({ page }) {
  return page.evaluate(() => window.relatch.link.snapshot());
}

/** Resolves once the page has been sent such a control frame, counted from the call. Needs `keepSockets`. */
export function nextFrame({ page }, type) {
  return page.evaluate(
    (type) =>
      new Promise((resolve) => {
        window.sockets.at(-1).addEventListener("message", ({ data }) => {
          if (typeof data === "string" && JSON.parse(data).t === type) resolve();
        });
      }),
    type,
  );
}

// Runs in the page, before anything else there: keeps each WebSocket that is made.
export function keepSockets() {
  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      window.sockets.push(this);
    }
  };
}

// Runs in the page, before anything else there: counts how often it came back from the cache, and lets its clock say that it was away
// for two minutes each time, before anything of the page can ask it.
function watchReturns() {
  window.returns = 0;
  let away = 0;
  for (const clock of [performance, Date]) {
    const now = clock.now.bind(clock);
    clock.now = () => now() + away;
  }
  let isKept = false;
  const comeBack = () => {
    if (isKept) away += 120_000;
    isKept = false;
  };
  addEventListener("pagehide", ({ persisted }) => (isKept = persisted));
  document.addEventListener("resume", comeBack);
  addEventListener("pageshow", ({ persisted }) => {
    comeBack();
    if (persisted) window.returns++;
  });
}
