// A browser's window in one of the other engines: as much of Playwright's `BrowserContext` as the tests use.
import { Clock } from "./clock.mjs";
import { Ear } from "./ear.mjs";
import { Events } from "./events.mjs";
import { hooksSource } from "./hooks.mjs";
import { Ends, LAUNCH } from "./launch.mjs";
import { Page } from "./page.mjs";

const LOOK_MS = 50;

/** Starts a browser for a test, with a storage of its own. Further pages of it are windows, or `"tab"`s, which hide each other. */
export async function openWindow(t, engine, { viewport, colorScheme, reducedMotion, kind = "window" } = {}) {
  const how = { dark: colorScheme === "dark", still: reducedMotion === "reduce" };
  const ends = new Ends(t);
  const { session, run, pid, minimises } = await LAUNCH[engine](ends, how);
  const window = new Window(session, run, { viewport, kind });
  Object.assign(window, { pid, minimises });
  window.ear = await Ear.open(
    ends,
    (name) => window.called(name),
    (page, told) => window.heard(page, told),
  );
  ends.add(() => window.close());
  return window;
}

class Window extends Events {
  #session;
  #run;
  #options;
  #pages = [];
  #names = new Map();
  #bindings = new Map();
  #scripts = [];
  #sites = new Set();
  #offline = false;
  #turn = Promise.resolve();
  #at;
  #closed = false;
  /** Whether the window that the browser began with is a page of the test's. */
  #isUsed = false;
  patience = 30_000;

  constructor(session, run, options) {
    super();
    this.#session = session;
    this.#run = run;
    this.#options = options;
    this.clock = new Clock({
      everywhere: (source) => Promise.all(this.#pages.map((page) => this.run(page, `(() => { ${source} })()`))),
      changed: () => this.#redress(),
    });
  }

  setDefaultTimeout(ms) {
    this.patience = ms;
  }

  pages() {
    return [...this.#pages];
  }

  async addInitScript(script, arg) {
    this.#scripts.push(typeof script === "function" ? `(${script})(${JSON.stringify(arg)});` : script);
    this.#redress();
  }

  async exposeBinding(name, binding) {
    this.#bindings.set(name, binding);
    this.#redress();
  }

  /** Has the pages believe that there is no network, which they then do not try. WebDriver cannot take it away. */
  async setOffline(offline) {
    this.#offline = offline;
    this.#redress();
    for (const page of this.#pages) await page.evaluate((offline) => window.relatchTest?.setOffline(offline), offline);
  }

  newCDPSession() {
    throw new Error("the Chrome DevTools Protocol is Chromium's");
  }

  async newPage() {
    // Several may be asked for at once.
    const isFirst = !this.#isUsed;
    this.#isUsed = true;
    const handle = await this.#next(async (session) => {
      if (!isFirst) await session.switchTo().newWindow(this.#options.kind);
      return (this.#at = await session.getWindowHandle());
    });
    return this.#take(handle);
  }

  /** Resolves to the next page that a page opens, or to what else is told of any of them. */
  waitForEvent(name, options) {
    const event = super.waitForEvent(name, options);
    if (name === "page") void this.#watch(event);
    return event;
  }

  /** Looks for pages that the test has not opened, until one is found. */
  async #watch(event) {
    let isOver = false;
    const end = () => (isOver = true);
    event.then(end, end);
    while (!isOver && !this.#closed) {
      // Any command has a question that a page asks answered.
      const handles = await this.#next(async (session) => {
        await session.getTitle();
        return session.getAllWindowHandles();
      }).catch(() => []);
      const strange = handles.find((handle) => !this.#pages.some((page) => page.handle === handle));
      if (strange) this.emit("page", await this.#take(strange));
      else await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #take(handle) {
    const page = new Page(this, handle);
    this.#pages.push(page);
    if (this.#options.viewport) await page.setViewportSize(this.#options.viewport);
    return page;
  }

  /** Closes a page. With the last window the browser would end: it is emptied, and the next page's. */
  async forget(page) {
    const isLast = this.#pages.length === 1;
    await this.command(page, (session) => (isLast ? session.get("about:blank") : session.close()));
    this.#pages = this.#pages.filter((other) => other !== page);
    if (isLast) this.#isUsed = false;
    else this.#at = undefined;
  }

  async close() {
    this.#closed = true;
    await this.#turn;
  }

  /** Runs a source in a page. */
  run(page, source) {
    // Firefox is told where; the other must go there.
    return this.#run.anywhere
      ? this.#run(page.handle, source, page.frame)
      : this.command(page, () => this.#run(page.handle, source, page.frame));
  }

  /** Does something with the session while it is at a page: one thing after another. */
  command(page, act) {
    return this.#next(async (session) => {
      if (this.#at !== page.handle) await session.switchTo().window((this.#at = page.handle));
      return act(session);
    });
  }

  #next(act) {
    const done = this.#turn.then(() => act(this.#session));
    this.#turn = done.catch(() => {});
    return done;
  }

  /** Has a site's pages run what the test has asked for. */
  dress(site) {
    if (!site) return;
    this.#sites.add(site);
    const scripts = [...(this.clock.installed ? [this.clock.source()] : []), ...this.#scripts];
    site.carry(
      hooksSource({ ear: this.ear.url, bindings: [...this.#bindings.keys()], scripts, offline: this.#offline }),
    );
  }

  #redress() {
    for (const site of this.#sites) this.dress(site);
  }

  /** The page of this name: they are asked for theirs, unless it is known. */
  async called(name) {
    if (!this.#names.has(name)) {
      for (const page of this.#pages) {
        const own = await this.run(page, "window.relatchTest?.name").catch(() => "");
        if (own) this.#names.set(own, page);
      }
    }
    return this.#names.get(name);
  }

  /** Has what a page's frame tells be told by the page. */
  async adopt(frame, page) {
    const name = await this.run(frame, "window.relatchTest?.name");
    if (name) this.#names.set(name, page);
  }

  /** A page has told something. */
  heard(page, { kind, what }) {
    if (kind === "call") this.#bindings.get(what.name)?.({ page, context: this }, ...what.args);
    if (kind === "load") page.emit("load", page);
    if (kind === "pageerror") {
      page.emit("pageerror", new Error(what));
      this.emit("weberror", { error: () => new Error(what), page: () => page });
    }
    if (kind === "console") {
      const message = { type: () => what.type, text: () => what.text };
      page.emit("console", message);
      this.emit("console", message);
    }
  }
}
