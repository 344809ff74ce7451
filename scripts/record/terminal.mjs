// A program on a pty, and the terminal in front of it: what it prints is kept, and its questions are answered as xterm.js answers them.
import { spawn } from "node:child_process";
import headless from "@xterm/headless";

/** A program has answered a key once nothing has come for so long. */
const QUIET_MS = 120;

/** A program that prints no end is not waited for longer than this. */
const PATIENCE_MS = 3_000;

export class Recorded {
  resizes = [];
  #chunks = [];
  #length = 0;
  #child;
  #screen;
  #ended;
  #wake = () => {};

  /** Starts a program; `pty` is the path of the example program of that name. */
  constructor(pty, { cols, rows, command, cwd, env }) {
    this.#screen = new headless.Terminal({ cols, rows, allowProposedApi: true, logLevel: "off" });
    this.#screen.onData((answer) => this.#send(Buffer.from(answer)));
    this.#child = spawn(pty, [cols, rows, ...command], { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
    // A program that ends by itself leaves nobody to type to.
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (chunk) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#screen.write(chunk);
      this.#wake();
    });
    this.#ended = new Promise((resolve) => this.#child.once("close", resolve));
  }

  get bytes() {
    return Buffer.concat(this.#chunks);
  }

  /** Types each of some keys or lines once the program has finished with the one before. */
  async type(...keys) {
    for (const each of keys) {
      await this.quiet();
      this.#send(Buffer.from(each));
    }
    await this.quiet();
  }

  /** Changes the terminal's size between two outputs. */
  async resize(cols, rows) {
    await this.quiet();
    this.resizes.push([this.#length, cols, rows]);
    this.#screen.resize(cols, rows);
    this.#child.stdin.write(`size ${cols} ${rows}\n`);
    await this.quiet();
  }

  /** Waits until something has come at all, and nothing more for a moment. */
  async quiet() {
    if (this.#length === 0) await this.#hears(PATIENCE_MS);
    const late = Date.now() + PATIENCE_MS;
    while (Date.now() < late && (await this.#hears(QUIET_MS)));
  }

  /** Waits until so many more bytes have come. */
  async flood(bytes) {
    const enough = this.#length + bytes;
    while (this.#length < enough && (await this.#hears(PATIENCE_MS)));
  }

  /** Hangs up. */
  async end() {
    await this.quiet();
    this.#child.stdin.end();
    await this.#ended;
    this.#screen.dispose();
  }

  /** Whether anything comes within a time. */
  #hears(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #send(keys) {
    this.#child.stdin.write(`keys ${keys.length}\n`);
    this.#child.stdin.write(keys);
  }
}
