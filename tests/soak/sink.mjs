// Where a page puts the output that it has received: each piece at its offset. It is hashed as it comes, and only its end is kept, to
// hold what comes again against what was there.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

/** Twice what the server replays at most. */
const KEPT_BYTES = 2 * 1024 * 1024;
const PATIENCE_MS = 60_000;

export class Sink {
  /** Where the output reaches to. */
  extent = 0;
  #hash = createHash("sha256");
  #kept = Buffer.alloc(2 * KEPT_BYTES);
  #keptLength = 0;
  #compared = 0;
  #expected;
  #total;
  #error;
  #slow = { pieces: 0 };
  #changed = new EventTarget();

  /** A sink for a source's output. `origin` is its address; what is posted to it has `?at=` for its offset. */
  static async open(t, source) {
    const sink = new Sink();
    sink.#expected = hashes(source);
    sink.#expected.next();
    sink.#total = source.total;
    const http = createServer((request, response) => sink.#serve(request, response));
    // Chromium would meet a connection that is closed just as it uses it again.
    http.keepAliveTimeout = 0;
    http.listen(0, "127.0.0.1");
    t.after(() => {
      http.closeAllConnections();
      http.close();
    });
    await once(http, "listening");
    sink.origin = `http://127.0.0.1:${http.address().port}`;
    return sink;
  }

  /** Resolves once the output is there up to this offset; throws what is wrong with it, or the page's `story` if it stands still. */
  async reaches(offset, story) {
    while (this.extent < offset && !this.#error) {
      const late = AbortSignal.timeout(PATIENCE_MS);
      await once(this.#changed, "change", { signal: late }).catch(async () => {
        this.#error ??= new Error(`no output for 60 s at ${this.extent} of ${this.#total}: ${await story()}`);
      });
    }
    if (this.#error) throw this.#error;
  }

  /** Takes its time for the next pieces, as a slow terminal does. Resolves when it begins with the last of them. */
  slow(pieces, ms) {
    return new Promise((began) => (this.#slow = { pieces, ms, began }));
  }

  /** Bytes that came again, and were what had been there. */
  get compared() {
    return this.#compared;
  }

  /** The SHA-256 of what is there, and of what the source has printed up to there. */
  hashes() {
    return { received: this.#hash.copy().digest("hex"), printed: this.#expected.next(this.extent).value };
  }

  async #serve(request, response) {
    if (request.method !== "POST") return response.setHeader("content-type", "text/html").end("<!doctype html>");
    const at = Number(new URL(request.url, this.origin).searchParams.get("at"));
    const pieces = [];
    try {
      for await (const piece of request) pieces.push(piece);
    } catch {
      // A page that was reloaded meanwhile; the next one sends it again.
      return;
    }
    if (this.#slow.pieces > 0) {
      if ((this.#slow.pieces -= 1) === 0) this.#slow.began();
      await new Promise((resolve) => setTimeout(resolve, this.#slow.ms));
    }
    response.end();
    this.#error ??= this.#take(at, Buffer.concat(pieces));
    this.#changed.dispatchEvent(new Event("change"));
  }

  #take(at, data) {
    if (at > this.extent) return new Error(`a gap from ${this.extent} to ${at}`);
    if (at < this.extent - this.#keptLength) return new Error(`it goes back to ${at} from ${this.extent}`);
    const known = Math.min(data.length, this.extent - at);
    const start = this.#keptLength - (this.extent - at);
    if (!data.subarray(0, known).equals(this.#kept.subarray(start, start + known)))
      return new Error(`other bytes at ${at} than before`);
    this.#compared += known;
    this.#append(data.subarray(known));
    if (this.extent > this.#total) return new Error(`more than ${this.#total} bytes`);
  }

  #append(data) {
    this.#hash.update(data);
    this.extent += data.length;
    if (this.#keptLength + data.length > this.#kept.length) {
      this.#kept.copy(this.#kept, 0, this.#keptLength - KEPT_BYTES, this.#keptLength);
      this.#keptLength = KEPT_BYTES;
    }
    data.copy(this.#kept, this.#keptLength);
    this.#keptLength += data.length;
  }
}

/** Yields the SHA-256 of a source's output up to the offset that it is given, each above the one before. */
function* hashes(source) {
  const hash = createHash("sha256");
  let at = 0;
  let wanted = yield;
  for (const piece of source.output()) {
    let rest = piece;
    while (wanted < at + rest.length) {
      hash.update(rest.subarray(0, wanted - at));
      rest = rest.subarray(wanted - at);
      at = wanted;
      wanted = yield hash.copy().digest("hex");
    }
    hash.update(rest);
    at += rest.length;
  }
  for (;;) yield hash.copy().digest("hex");
}
