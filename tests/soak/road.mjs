// A TCP proxy between a page and its server: what a network can do to the bytes of a terminal's connection, and a server cannot do to
// its own.
import { once } from "node:events";
import { connect, createServer } from "node:net";

const TERMINAL = "GET /terminal";

export class Road {
  /** The terminal connection that was made last. */
  line;
  #port;
  #plans = [];
  #lines = new Set();
  #isClosed = false;

  /** A way to the server at this port of the loopback. */
  static async open(t, port) {
    const road = new Road();
    road.#port = port;
    const proxy = createServer({ allowHalfOpen: true }, (page) => road.#take(page)).listen(0, "127.0.0.1");
    t.after(() => {
      proxy.close();
      for (const line of road.#lines) line.cut("rst");
    });
    await once(proxy, "listening");
    road.origin = `http://127.0.0.1:${proxy.address().port}`;
    return road;
  }

  /**
   * What the next terminal connection meets: `upgraded` is called before the page learns that it is, and `replied` before the server's
   * first frame is passed on. Resolves to the connection once it has met both.
   */
  meet({ upgraded = () => {}, replied = () => {} }) {
    return new Promise((resolve) => this.#plans.push({ upgraded, replied, resolve }));
  }

  /** Cuts every terminal connection, and takes none until it is opened again. */
  close() {
    this.#isClosed = true;
    for (const line of this.#lines) if (line.isTerminal) line.cut("rst");
  }

  reopen() {
    this.#isClosed = false;
  }

  #take(page) {
    const server = connect({ port: this.#port, host: "127.0.0.1", allowHalfOpen: true });
    const line = new Line(page, server);
    this.#lines.add(line);
    line.over.then(() => this.#lines.delete(line));
    line.up.look = (request) => {
      line.up.look = undefined;
      if (request.subarray(0, TERMINAL.length).toString() !== TERMINAL) return;
      line.isTerminal = true;
      if (this.#isClosed) return line.cut("rst");
      this.line = line;
      const plan = this.#plans.shift();
      if (plan) this.#carryOut(plan, line);
    };
  }

  /** A server says nothing between the upgrade and the page's hello, so that its second piece is its first frame. */
  #carryOut({ upgraded, replied, resolve }, line) {
    line.down.look = () => {
      upgraded(line);
      line.down.look = () => {
        line.down.look = undefined;
        replied(line);
        resolve(line);
      };
    };
    // It may well be that the server's first frame never comes.
    line.over.then(() => resolve(line));
  }
}

/** One connection: `up` from the page to the server, `down` the other way. */
class Line {
  isTerminal = false;

  constructor(page, server) {
    this.up = new Way(page, server, this);
    this.down = new Way(server, page, this);
    /** Resolves once both its ends are closed. */
    this.over = Promise.all([page, server].map((end) => new Promise((resolve) => end.once("close", resolve))));
  }

  /** Cuts it at once: by `"rst"` or by `"fin"`, without a close frame. */
  cut(how) {
    for (const way of [this.up, this.down]) way.end(how);
  }
}

/** One direction of a connection. */
class Way {
  /** Called with each piece before anything is done with it. */
  look;
  #from;
  #to;
  #line;
  /** What is held back, in order; the end of it too. */
  #held;
  #swallows = false;
  #limit;
  #lastAt = performance.now();

  constructor(from, to, line) {
    this.#from = from;
    this.#to = to;
    this.#line = line;
    from.setNoDelay(true);
    from.on("data", (piece) => this.#take(piece));
    from.on("end", () => this.#pass("fin"));
    from.on("error", () => this.#pass("rst"));
    to.on("drain", () => from.resume());
  }

  /** Keeps back all that comes, its end too, until it is released. */
  hold() {
    this.#held ??= [];
  }

  /** How many bytes are held back. */
  get heldBytes() {
    return (this.#held ?? []).reduce((sum, piece) => sum + (piece.length ?? 0), 0);
  }

  release() {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const piece of held) this.#pass(piece);
  }

  /** Takes all that comes, and passes nothing on, as long as the connection lives. */
  swallow() {
    this.#swallows = true;
  }

  /** Cuts the connection behind so many bytes more. */
  cutBehind(bytes, how) {
    this.#limit = { left: bytes, how };
  }

  /** Resolves once nothing has come for so long. */
  async quiet(ms) {
    for (let rest = ms; rest > 0; rest = this.#lastAt + ms - performance.now())
      await new Promise((resolve) => setTimeout(resolve, rest));
  }

  end(how) {
    this.#swallows = true;
    if (how === "rst") this.#to.resetAndDestroy();
    else this.#to.end();
  }

  #take(piece) {
    this.#lastAt = performance.now();
    this.look?.(piece);
    this.#pass(piece);
  }

  #pass(piece) {
    if (this.#swallows) return;
    if (this.#held) return void this.#held.push(piece);
    if (piece === "fin" || piece === "rst") return this.end(piece);
    if (this.#limit) {
      const { left, how } = this.#limit;
      if (piece.length >= left) {
        this.#swallows = true;
        this.#to.write(piece.subarray(0, left), () => this.#line.cut(how));
        return;
      }
      this.#limit.left -= piece.length;
    }
    if (!this.#to.write(piece)) this.#from.pause();
  }
}
