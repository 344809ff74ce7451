import type { Link } from "relatch";
import { countdown, dropped, gap, state, warning, type Tone } from "./words.js";

const NOTE_MS = 20_000;

/** The line below the terminal: the link's state in words, a countdown, what else there is to say, and a Retry button. */
export class Status {
  readonly #line = document.querySelector<HTMLElement>("#status")!;
  readonly #state = document.querySelector<HTMLElement>("#state")!;
  readonly #countdown = document.querySelector<HTMLElement>("#countdown")!;
  readonly #note = document.querySelector<HTMLElement>("#note")!;
  readonly #retry = document.querySelector<HTMLButtonElement>("#retry")!;
  #ticking: number | undefined;
  #noting: number | undefined;

  /** Shows a link's state from now on. */
  follow(link: Link): void {
    link.addEventListener("statechange", ({ detail }) => {
      const { tone, text } = state(detail);
      this.say(tone, text);
      this.#countTo(link, detail.retryAt);
      this.#retry.hidden = detail.retryAt === undefined;
    });
    link.addEventListener("dropped", ({ detail }) => this.#remark(dropped(detail)));
    link.addEventListener("gap", ({ detail }) => this.#remark(gap(detail)));
    link.addEventListener("warning", ({ detail }) => this.#remark(warning(detail)));
    this.#retry.addEventListener("click", () => link.reconnect());
  }

  /** Shows a sentence in place of the state. */
  say(tone: Tone, text: string): void {
    this.#line.dataset["tone"] = tone;
    this.#state.textContent = text;
  }

  #countTo(link: Link, due: number | undefined): void {
    clearInterval(this.#ticking);
    this.#countdown.textContent = "";
    if (due === undefined) return;
    const tick = () => (this.#countdown.textContent = countdown(due - Date.now(), link.bufferedAmount));
    tick();
    this.#ticking = window.setInterval(tick, 250);
  }

  #remark(text: string): void {
    clearTimeout(this.#noting);
    this.#note.textContent = text;
    this.#noting = window.setTimeout(() => (this.#note.textContent = ""), NOTE_MS);
  }
}
