// 16 MB of output and 16 KB of input, through 40 cuts of every kind and 3 reloads: the same bytes at both ends.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { inProject } from "../../scripts/project.mjs";
import { BLOCK_BYTES, BLOCKS, block, inputHash, piece, PIECE_BYTES } from "./seeded.mjs";
import { newWindow } from "./stage.mjs";
import { bareServer } from "./stranger.mjs";

const READY = "ready\n";
const TOTAL = READY.length + BLOCKS * BLOCK_BYTES + 64;
const CUTS = 40;
const RELOADS = [10, 20, 30];

/** Ways to lose a line. Each is given the page, and a call that makes the server break its socket. */
const KINDS = {
  rst: (page, fault) => fault("rst"),
  fin: (page, fault) => fault("fin"),
  "rst inside a message": (page, fault) => fault("rst", { bytes: 20_000 }),
  "fin behind a message": (page, fault) => fault("fin", { messages: 3 }),
  "server down": (page, fault) => fault({ down: 300 }),
  "close 1000": (page, fault) => fault({ close: { code: 1000 } }),
  "close 1001": (page, fault) => fault({ close: { code: 1001 } }),
  "close 1011": (page, fault) => fault({ close: { code: 1011 } }),
  "close 1012": (page, fault) => fault({ close: { code: 1012 } }),
  "close 4408": (page, fault) => fault({ close: { code: 4408 } }),
  reconnect: (page) => page.evaluate(() => stream.link.reconnect()),
  "half-open": async (page, fault) => {
    await fault("half_open");
    // The page looks at its line when its network comes back.
    await page.evaluate(() => stream.whileSilent(() => dispatchEvent(new Event("online"))));
  },
  frozen: (page) =>
    page.evaluate(() => {
      document.dispatchEvent(new Event("freeze"));
      document.dispatchEvent(new Event("resume"));
    }),
};

test("16 MB of output and 16 KB of input come through 40 cuts and 3 reloads, byte for byte", async (t) => {
  const sink = await Sink.open(t);
  const program = `stty raw -echo; exec node ${inProject("tests/e2e/seeded.mjs")}`;
  const server = await bareServer(t, ["--profile", `seeded=${program}`]);
  // Its pieces go to another port, which the server's policy for its own pages does not allow.
  const page = await (await newWindow(t, { bypassCSP: true })).newPage();
  const input = Array.from({ length: BLOCKS }, (_, index) => [...piece(index)]).flat();
  const shape = { READY: READY.length, BLOCKS, BLOCK_BYTES, PIECE_BYTES };
  const load = async () => {
    await page.goto(server.url.origin);
    await page.evaluate(startStream, { access: server.access, sink: sink.url, input, shape });
  };
  await load();

  const survived = {};
  for (let cut = 0; cut < CUTS; cut++) {
    await sink.reaches(Math.floor((TOTAL * (cut + 1)) / (CUTS + 2)), page);
    const kinds = Object.keys(KINDS);
    const kind = kinds[cut % kinds.length];
    if (RELOADS.includes(cut)) {
      // What is typed and not acknowledged is lost with a page, as it says; here nothing is.
      await page.evaluate(() => stream.settle());
      await load();
    }
    const key = await page.evaluate(() => stream.link.sessionKey);
    await KINDS[kind](page, (fault, after) => server.fault(key, fault, after));
    survived[kind] = (survived[kind] ?? 0) + 1;
  }
  await sink.reaches(TOTAL, page);
  const { gaps, dropped, snapshot } = await page.evaluate(() => stream.end());

  t.diagnostic(`survived: ${JSON.stringify(survived)}; attempts ${snapshot.attempts}; ms down ${snapshot.downtime}`);
  assert.deepEqual([gaps, dropped], [[], []]);
  const expected = createHash("sha256").update(READY);
  for (let index = 0; index < BLOCKS; index++) expected.update(block(index));
  expected.update(inputHash());
  assert.equal(sink.hash(), expected.digest("hex"));
});

/** Where the page puts what it has received: each piece at its offset, so that a reload's replay must be what was there. */
class Sink {
  #bytes = Buffer.alloc(TOTAL);
  #extent = 0;
  #error;
  #changed = new EventTarget();

  static async open(t) {
    const sink = new Sink();
    const http = createServer((request, response) => sink.#take(request, response)).listen(0, "127.0.0.1");
    t.after(() => {
      http.closeAllConnections();
      http.close();
    });
    await once(http, "listening");
    sink.url = `http://127.0.0.1:${http.address().port}/`;
    return sink;
  }

  /** Resolves once the output is there up to this offset. */
  async reaches(offset, page) {
    while (this.#extent < offset && !this.#error) {
      const late = AbortSignal.timeout(60_000);
      await once(this.#changed, "change", { signal: late }).catch(async () => {
        const state = await page.evaluate(() => JSON.stringify([stream.link.snapshot(), stream.story.slice(-20)]));
        this.#error ??= new Error(`no output for 60 s at ${this.#extent} of ${TOTAL}: ${state}`);
      });
    }
    if (this.#error) throw this.#error;
  }

  hash() {
    return createHash("sha256").update(this.#bytes).digest("hex");
  }

  async #take(request, response) {
    const at = Number(new URL(request.url, this.url).searchParams.get("at"));
    const pieces = [];
    try {
      for await (const piece of request) pieces.push(piece);
    } catch {
      // A page that was reloaded meanwhile; the next one sends it again.
      return;
    }
    const data = Buffer.concat(pieces);
    response.end();
    if (at > this.#extent) this.#error ??= new Error(`a gap from ${this.#extent} to ${at}`);
    const old = this.#bytes.subarray(at, Math.min(at + data.length, this.#extent));
    if (!data.subarray(0, old.length).equals(old)) this.#error ??= new Error(`other bytes at ${at} than before`);
    if (at + data.length > TOTAL) this.#error ??= new Error(`more than ${TOTAL} bytes`);
    else data.copy(this.#bytes, at);
    this.#extent = Math.max(this.#extent, at + data.length);
    this.#changed.dispatchEvent(new Event("change"));
  }
}

// Runs in the page.
async function startStream({ access, sink, input, shape }) {
  const { connect } = await import("/index.js");
  const backoff = { base: 20, max: 200 };
  const options = { resume: true, kind: "seeded", auth: () => access, backoff, breaker: { failures: 1000 } };
  const link = await connect("/terminal", options);
  const done = link.pace();
  const [gaps, dropped, story] = [[], [], []];
  let at = 0;
  let stored = Promise.resolve();
  let typing = true;
  // How much was typed outlives the page; how much was printed the server says.
  let typed = Number(sessionStorage.getItem("typed"));

  const type = () => {
    const blocks = Math.floor(Math.max(0, at - shape.READY) / shape.BLOCK_BYTES);
    const due = at < shape.READY ? 0 : Math.min(blocks + 4, shape.BLOCKS);
    for (; typing && typed < due; typed++) {
      link.send(Uint8Array.from(input.slice(typed * shape.PIECE_BYTES, (typed + 1) * shape.PIECE_BYTES)));
    }
    sessionStorage.setItem("typed", typed);
  };
  link.addEventListener("resumed", ({ detail }) => (at = detail.offset));
  // Without a `from` it only says that a page which was reloaded does not get all from the beginning.
  link.addEventListener("gap", ({ detail }) => detail.from !== undefined && gaps.push(detail));
  link.addEventListener("dropped", ({ detail }) => dropped.push(detail));
  link.addEventListener("statechange", ({ detail }) => story.push(detail));
  link.addEventListener("message", ({ data }) => {
    const from = at;
    at += data.byteLength;
    stored = stored
      .then(() => fetch(`${sink}?at=${from}`, { method: "POST", mode: "no-cors", body: data }))
      .then(() => done(data.byteLength));
    type();
  });

  const acknowledged = () => {
    const { inputSent, inputAcked, queuedBytes } = link.snapshot();
    return inputSent === inputAcked && queuedBytes === 0;
  };
  const frame = () => new Promise((resolve) => setTimeout(resolve, 10));
  window.stream = {
    link,
    story,
    /** Stops typing, and waits until all that was typed has arrived. */
    settle: async () => {
      typing = false;
      while (!acknowledged()) await frame();
    },
    /** Calls again and again, until the silent line is given up. */
    whileSilent: async (call) => {
      const before = story.length;
      while (story.length === before) {
        call();
        await frame();
      }
    },
    end: async () => {
      await stored;
      return { gaps, dropped, snapshot: link.snapshot() };
    },
  };
}
