// A gate before a server: it serves a page that has a link, counts who asks for a WebSocket, and lets in or refuses.
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { basename, extname } from "node:path";
import { inProject } from "../../scripts/project.mjs";
import { Server } from "./stage.mjs";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** `url` is the page's address: what stands behind its `#` are the link's options. */
export class Gate {
  /** Each attempt at a WebSocket: when (`performance.now()`), and whose (`?tab=`). */
  attempts = [];
  /** How many plain requests there were for the WebSocket's address. */
  probes = 0;
  /**
   * How to refuse: `"reset"` without a word, `"mute"` says nothing once the socket is open (before it is, browsers let no other page connect to
   * the same address), or a status with its headers, which a plain request is answered with as well. Without it attempts are let in, and a
   * plain request gets 200.
   */
  refusal;
  /** How many attempts are refused so; those behind them are let in. */
  refusals = Infinity;
  /** What a plain request gets, if it is not that: a status with its headers, or `"reset"`. */
  answer;
  #sockets = new Set();

  static async open(t) {
    const gate = new Gate();
    gate.server = await Server.start(t, { terminal: [] });
    const http = createServer((request, response) => gate.#serve(request, response));
    http.on("upgrade", (request, socket, head) => gate.#upgrade(request, socket, head));
    http.on("connection", (socket) => {
      gate.#sockets.add(socket);
      socket.on("close", () => gate.#sockets.delete(socket)).on("error", () => {});
    });
    await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
    t.after(() => {
      for (const socket of gate.#sockets) socket.destroy();
      http.close();
    });
    gate.origin = `http://127.0.0.1:${http.address().port}`;
    return gate;
  }

  /** Opens a page whose link has these options; `window.told` has what became of it. */
  async page(window, tab, options = {}) {
    const page = await window.newPage();
    const all = { resume: true, ...options };
    await page.goto(
      `${this.origin}/?tab=${tab}&access=${this.server.access}#${encodeURIComponent(JSON.stringify(all))}`,
    );
    // Nothing is drawn in a hidden page, so it is looked at by a timer.
    await page.waitForFunction(() => window.link, null, { polling: 50 });
    return page;
  }

  /** Cuts every line, and refuses from now on. */
  shut(refusal = "reset") {
    this.refusal = refusal;
    for (const socket of this.#sockets) if (socket.upgraded) socket.destroy();
  }

  /** Lets attempts in again; what was mute is cut. */
  open() {
    this.shut();
    this.refusal = undefined;
  }

  #serve({ url }, response) {
    const { pathname } = new URL(url, this.origin);
    const file = inProject("dist", basename(pathname));
    if (pathname === "/terminal") {
      this.probes++;
      if (this.answer === "reset") return void response.destroy();
      const { status = 200, headers = {} } = this.answer ?? this.refusal ?? {};
      // Said by a status of 0: nothing at all.
      if (status) response.writeHead(status, headers).end();
    } else if (pathname === "/") response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    else if (existsSync(file)) {
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" });
      createReadStream(file).pipe(response);
    } else response.writeHead(404).end();
  }

  #upgrade({ url, headers }, socket, head) {
    socket.upgraded = true;
    this.attempts.push({ at: performance.now(), tab: new URL(url, this.origin).searchParams.get("tab") });
    const refusal = this.refusals-- > 0 ? this.refusal : undefined;
    if (refusal === "mute") return void socket.write(accept(headers));
    if (refusal === "reset") return void socket.destroy();
    if (refusal) {
      const lines = Object.entries(refusal.headers ?? {}).map((line) => `${line.join(": ")}\r\n`);
      return void socket.end(`HTTP/1.1 ${refusal.status} No\r\n${lines.join("")}content-length: 0\r\n\r\n`);
    }
    const { host, origin, port } = this.server.url;
    const line = connect(Number(port), "127.0.0.1", () => {
      const own = Object.entries({ ...headers, host, origin }).map((line) => `${line.join(": ")}\r\n`);
      line.write(`GET ${url} HTTP/1.1\r\n${own.join("")}\r\n`);
      line.write(head);
      socket.pipe(line).pipe(socket);
    });
    line.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.on("close", () => line.destroy());
  }
}

/** RFC 6455 §4.2.2. */
function accept({ "sec-websocket-key": key, "sec-websocket-protocol": protocol }) {
  const digest = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const answers = { upgrade: "websocket", connection: "upgrade", "sec-websocket-accept": digest };
  const lines = Object.entries({ ...answers, "sec-websocket-protocol": protocol }).map(
    (line) => `${line.join(": ")}\r\n`,
  );
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`;
}

const PAGE = `<!doctype html><title>A page with a link</title><script type="module">
  import { connect } from "/index.js";
  const query = new URLSearchParams(location.search);
  window.told = [];
  window.asked = [];
  const auth = (wish) => (window.asked.push(wish.renew), query.get("access"));
  const options = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  const link = await connect("/terminal?tab=" + query.get("tab"), { auth, ...options });
  for (const type of ["statechange", "error", "warning"])
    link.addEventListener(type, ({ detail }) => window.told.push({ type, ...detail }));
  window.link = link;
</script>`;
