// The keyboard and the mouse of a page.
import { Button, Key, Origin } from "selenium-webdriver";

/** WebDriver's characters for the keys that tests name. */
const KEYS = {
  Control: Key.CONTROL,
  Shift: Key.SHIFT,
  Alt: Key.ALT,
  Meta: Key.META,
  Enter: Key.ENTER,
  Tab: Key.TAB,
  Escape: Key.ESCAPE,
  Backspace: Key.BACK_SPACE,
  Delete: Key.DELETE,
  Home: Key.HOME,
  End: Key.END,
  PageUp: Key.PAGE_UP,
  PageDown: Key.PAGE_DOWN,
  ArrowUp: Key.ARROW_UP,
  ArrowDown: Key.ARROW_DOWN,
  ArrowLeft: Key.ARROW_LEFT,
  ArrowRight: Key.ARROW_RIGHT,
  ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`F${i + 1}`, Key[`F${i + 1}`]])),
};

export class Keyboard {
  #command;

  constructor(command) {
    this.#command = command;
  }

  /** Types a text, its line ends by Enter. */
  async type(text) {
    const keys = text.replaceAll("\n", KEYS.Enter);
    if (keys) await this.#command((session) => session.actions().sendKeys(keys).perform());
  }

  /** Presses a key, or several as in `Control+c`. */
  async press(chord) {
    const keys = chord.split("+").map((name) => {
      if (!KEYS[name] && [...name].length > 1) throw new Error(`no such key here: ${name}`);
      return KEYS[name] ?? name;
    });
    await this.#command((session) => {
      const actions = session.actions();
      for (const key of keys) actions.keyDown(key);
      for (const key of keys.toReversed()) actions.keyUp(key);
      return actions.perform();
    });
  }
}

export class Mouse {
  #command;

  constructor(command) {
    this.#command = command;
  }

  move(x, y) {
    return this.#command((session) => to(session, x, y).perform());
  }

  click(x, y) {
    return this.#command((session) => to(session, x, y).press(Button.LEFT).release(Button.LEFT).perform());
  }
}

function to(session, x, y) {
  return session.actions().move({ x: Math.round(x), y: Math.round(y), origin: Origin.VIEWPORT, duration: 0 });
}
