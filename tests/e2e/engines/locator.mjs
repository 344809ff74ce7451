// An element of a page, found anew whenever it is asked for.
import { By } from "selenium-webdriver";
import { writeFileSync } from "node:fs";

/** What is found by steps: by selector and the text in it, by text, or by role and name. */
export class Locator {
  #page;
  #steps;

  constructor(page, steps) {
    this.#page = page;
    this.#steps = steps;
  }

  locator(css, { hasText } = {}) {
    return new Locator(this.#page, [...this.#steps, { css, hasText }]);
  }

  getByText(text) {
    return new Locator(this.#page, [...this.#steps, { text }]);
  }

  getByRole(role, { name } = {}) {
    return new Locator(this.#page, [...this.#steps, { role, name }]);
  }

  /** Waits until it is `"visible"`, `"attached"`, `"hidden"` or `"detached"`. */
  async waitFor({ state = "visible", timeout } = {}) {
    await this.#page.waitForFunction(
      `(${isInState})(${find}, ${JSON.stringify({ steps: this.#steps, state })})`,
      undefined,
      { timeout },
    );
  }

  async innerText() {
    await this.waitFor({ state: "attached" });
    return this.#page.evaluate(`(${find})(${JSON.stringify(this.#steps)}).innerText`);
  }

  async textContent() {
    await this.waitFor({ state: "attached" });
    return this.#page.evaluate(`(${find})(${JSON.stringify(this.#steps)}).textContent`);
  }

  isVisible() {
    return this.#page.evaluate(`(${isInState})(${find}, ${JSON.stringify({ steps: this.#steps, state: "visible" })})`);
  }

  /** Clicks its middle, once it is there and nothing is before it. */
  async click() {
    const found = await this.#page.waitForFunction(`(${middle})(${find}, ${JSON.stringify(this.#steps)})`);
    const [x, y] = await found.jsonValue();
    await this.#page.mouse.click(x, y);
  }

  async screenshot({ path } = {}) {
    const [{ css }, ...rest] = this.#steps;
    if (rest.length || !css) throw new Error("a picture is taken here of what a selector finds");
    await this.#page.isDrawn();
    const base64 = await this.#page.command((session) => session.findElement(By.css(css)).takeScreenshot(true));
    const picture = Buffer.from(base64, "base64");
    if (path) writeFileSync(path, picture);
    return picture;
  }
}

// Runs in the page: the first element that the steps lead to.
function find(steps) {
  const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
  const has = (element, text) => plain(element.textContent).includes(plain(text));
  const within = (roots, css) => [...new Set(roots.flatMap((root) => [...root.querySelectorAll(css)]))];
  let found = [document];
  for (const { css, hasText, text, role, name } of steps) {
    if (css) found = within(found, css).filter((element) => hasText === undefined || has(element, hasText));
    // The innermost that has the text.
    else if (text)
      found = within(found, "*").filter(
        (one) => has(one, text) && ![...one.children].some((child) => has(child, text)),
      );
    else
      found = within(found, `${role}, [role=${role}]`).filter(
        (one) => !name || has(one, name) || plain(one.ariaLabel ?? "").includes(plain(name)),
      );
  }
  return found[0];
}

// Runs in the page.
function isInState(find, { steps, state }) {
  const element = find(steps);
  if (state === "attached") return Boolean(element);
  if (state === "detached") return !element;
  const { width = 0, height = 0 } = element?.getBoundingClientRect() ?? {};
  const isVisible = width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
  return state === "visible" ? isVisible : !isVisible;
}

// Runs in the page: where an element can be clicked, or nothing as long as it cannot.
function middle(find, steps) {
  const element = find(steps);
  if (!element || element.disabled) return false;
  element.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { x, y, width, height } = element.getBoundingClientRect();
  const at = [x + width / 2, y + height / 2];
  return width > 0 && height > 0 && element.contains(document.elementFromPoint(...at)) && at;
}
