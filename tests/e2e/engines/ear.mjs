// What pages tell their test, in order: each page has a WebSocket to here, which its Content-Security-Policy allows.
import { once } from "node:events";
import { WebSocketServer } from "ws";
import { unpack } from "./pack.mjs";

const PATIENCE_MS = 10_000;
const LOOK_MS = 2;

/** Listens to the pages of a window. `who(name)` resolves to the page of that name, if there is one yet; `heard` is given each thing told. */
export class Ear {
  #waiting = [];
  #heard = new Map();
  #draining;
  #again = false;

  static async open(ends, who, heard) {
    const ear = new Ear();
    ear.who = who;
    ear.heard = heard;
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    ends.add(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    server.on("connection", (socket) => {
      socket.on("error", () => {});
      socket.on("message", (data) => ear.#take(unpack(String(data))));
    });
    ear.url = `ws://127.0.0.1:${server.address().port}`;
    return ear;
  }

  #take(told) {
    this.#waiting.push(told);
    void this.drain();
  }

  /** Passes on what pages have told whose names are known by now. */
  drain() {
    this.#again = true;
    return (this.#draining ??= this.#pass().finally(() => (this.#draining = undefined)));
  }

  async #pass() {
    while (this.#again) {
      this.#again = false;
      // One page's wait for its name holds up no other.
      const unknown = new Set();
      const rest = [];
      for (const told of this.#waiting.splice(0)) {
        const page = unknown.has(told.name) ? undefined : await this.who(told.name);
        if (page) {
          this.heard(page, told);
          this.#heard.set(told.load, told.count);
        } else {
          unknown.add(told.name);
          rest.push(told);
        }
      }
      this.#waiting.unshift(...rest);
    }
  }

  /** Resolves once so much of what a page has told since it was loaded has been passed on. */
  async hasHeard({ load, count }) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      await this.drain();
      if ((this.#heard.get(load) ?? 0) >= count) return;
      if (Date.now() > until) throw new Error("what a page has told does not arrive");
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
