// Events that a test waits for or listens to, by name.

export class Events {
  #listeners = new Map();

  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  off(name, listener) {
    this.#listeners.set(
      name,
      (this.#listeners.get(name) ?? []).filter((other) => other !== listener),
    );
  }

  emit(name, value) {
    for (const listener of this.#listeners.get(name) ?? []) listener(value);
  }

  /** Resolves to the next event of this name. */
  waitForEvent(name, { timeout = this.patience } = {}) {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(late);
        this.off(name, heard);
      };
      const heard = (value) => {
        stop();
        resolve(value);
      };
      const late = setTimeout(() => {
        stop();
        reject(new Error(`no "${name}" within ${timeout} ms`));
      }, timeout);
      this.on(name, heard);
    });
  }
}
