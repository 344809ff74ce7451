// A page in one of the other engines: as much of Playwright's `Page` as the tests use.
import { writeFileSync } from "node:fs";
import { evaluate } from "./evaluate.mjs";
import { Events } from "./events.mjs";
import { Keyboard, Mouse } from "./keys.mjs";
import { Locator } from "./locator.mjs";
import { halt } from "./processes.mjs";
import { siteAt } from "./sites.mjs";

const LOOK_MS = 20;

export class Page extends Events {
  #window;

  /** A frame within the page is one too, by its number. */
  constructor(window, handle, frame) {
    super();
    this.#window = window;
    this.handle = handle;
    this.frame = frame;
    this.keyboard = new Keyboard((act) => this.command(act));
    this.mouse = new Mouse((act) => this.command(act));
  }

  get patience() {
    return this.#window.patience;
  }

  get clock() {
    return this.#window.clock;
  }

  context() {
    return this.#window;
  }

  /** Does something with the session, while it is at this page. */
  command(act) {
    return this.#window.command(this, act);
  }

  async goto(url) {
    this.#window.dress(siteAt(url));
    await this.command((session) => session.get(url));
    await this.#window.ear.drain();
  }

  async reload() {
    await this.command((session) => session.navigate().refresh());
  }

  async goBack() {
    await this.command((session) => session.navigate().back());
    await this.#window.ear.drain();
  }

  async goForward() {
    await this.command((session) => session.navigate().forward());
    await this.#window.ear.drain();
  }

  bringToFront() {
    return this.command((session) => session.switchTo().window(this.handle));
  }

  /** Hides the page, as another tab before it would. Resolves to what shows it again. */
  async hide() {
    if (!this.#window.minimises) {
      await (await this.#window.newPage()).bringToFront();
      return () => this.bringToFront();
    }
    const rect = await this.command(async (session) => {
      const before = await session.manage().window().getRect();
      await session.manage().window().minimize();
      return before;
    });
    return () => this.command((session) => session.manage().window().setRect(rect));
  }

  /** Has nothing run in the page any more. Resolves to what lets it go on. */
  async halt() {
    return halt(this.#window.pid);
  }

  async evaluate(body, arg) {
    const { value, told } = await evaluate((source) => this.#window.run(this, source), body, arg);
    // What the page told before this is known before this is.
    if (told) await this.#window.ear.hasHeard(told);
    return value;
  }

  /** Waits until a function returns something, also across a load. */
  async waitForFunction(body, arg, { timeout = this.patience } = {}) {
    const until = Date.now() + timeout;
    let failed;
    do {
      const begun = Date.now();
      try {
        const value = await this.evaluate(body, arg);
        failed = undefined;
        if (value) return { jsonValue: async () => value };
      } catch (error) {
        // The page may have gone, or not be there yet.
        failed = error;
      }
      // A look that takes its time leaves the page as much for itself.
      const took = Date.now() - begun;
      await new Promise((resolve) => setTimeout(resolve, Math.max(LOOK_MS, took)));
    } while (Date.now() < until);
    throw (
      failed ?? new Error(`what was waited for did not happen within ${timeout} ms: ${body} ${JSON.stringify(arg)}`)
    );
  }

  /** The page and its frames, as they are in `window.frames`. */
  async frames() {
    const count = await this.evaluate(() => window.frames.length);
    const frames = Array.from({ length: count }, (_, number) => new Page(this.#window, this.handle, number));
    for (const frame of frames) await this.#window.adopt(frame, this);
    return [this, ...frames];
  }

  async waitForURL(url) {
    await this.waitForFunction((url) => location.href === url, String(url));
  }

  async waitForLoadState() {
    await this.waitForFunction(() => document.readyState === "complete");
  }

  locator(css, options) {
    return new Locator(this, []).locator(css, options);
  }

  getByText(text) {
    return new Locator(this, []).getByText(text);
  }

  getByRole(role, options) {
    return new Locator(this, []).getByRole(role, options);
  }

  title() {
    return this.evaluate(() => document.title);
  }

  url() {
    throw new Error("here a page's address is asked of it: evaluate(() => location.href)");
  }

  /** Gives the page's inside this size: a window has borders, and takes its time. Resolves once the page has had the time to follow. */
  async setViewportSize({ width, height }) {
    const inside = () => this.evaluate(() => [innerWidth, innerHeight]);
    const isThere = ([w, h]) => w === width && h === height;
    const until = Date.now() + this.patience;
    for (;;) {
      const [w, h] = await inside();
      if (isThere([w, h])) break;
      if (Date.now() > until) throw new Error(`the window is ${w} × ${h}, and does not become ${width} × ${height}`);
      await this.command(async (session) => {
        const whole = await session.manage().window().getRect();
        await session
          .manage()
          .window()
          .setRect({ width: whole.width - w + width, height: whole.height - h + height });
      });
      for (let looks = 0; looks < 25 && !isThere(await inside()); looks++)
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    await this.isDrawn();
  }

  /** Resolves once what the page is now can be seen: WebKit's pictures do not wait for that. */
  async isDrawn() {
    await this.evaluate(() => window.relatchTest?.frames());
  }

  async screenshot({ path } = {}) {
    await this.isDrawn();
    const picture = Buffer.from(await this.command((session) => session.takeScreenshot()), "base64");
    if (path) writeFileSync(path, picture);
    return picture;
  }

  async close() {
    await this.#window.forget(this);
  }
}
