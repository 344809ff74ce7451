import assert from "node:assert/strict";
import { test } from "node:test";
import headless from "@xterm/headless";
import { RelatchAddon } from "../dist/xterm.js";

const utf8 = new TextEncoder();

/** A link that stands where the test puts it. */
class FakeLink extends EventTarget {
  state = "ready";
  sent = [];
  sizes = [];
  room = Infinity;

  send(data) {
    if (this.sent.length >= this.room) throw new Error("the queue is full");
    this.sent.push(data);
  }

  resize(cols, rows) {
    this.sizes.push([cols, rows]);
  }

  receive(data) {
    this.dispatchEvent(
      new MessageEvent("message", { data: typeof data === "string" ? utf8.encode(data).buffer : data }),
    );
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function joined(options, state = "ready") {
  const link = Object.assign(new FakeLink(), { state });
  const terminal = new headless.Terminal({ cols: 60, rows: 5, allowProposedApi: true });
  const addon = new RelatchAddon(link, options);
  terminal.loadAddon(addon);
  return { link, terminal, addon };
}

/** All lines, scrollback included, once everything written has been parsed. */
async function text(terminal) {
  await new Promise((parsed) => terminal.write("", parsed));
  const buffer = terminal.buffer.active;
  const lines = Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i).translateToString(true));
  return lines.join("\n").trimEnd();
}

test("output is shown, a character cut between two messages whole", async () => {
  const { link, terminal } = joined();
  const [first, ...rest] = utf8.encode("é");
  link.receive("caf");
  link.receive(Uint8Array.of(first).buffer);
  link.receive(Uint8Array.from(rest).buffer);
  assert.equal(await text(terminal), "café");
});

test("typing is sent as UTF-8", () => {
  const { link, terminal } = joined();
  terminal.input("é\r");
  assert.deepEqual(link.sent, [utf8.encode("é\r")]);
});

test("a paste is cut at 16 KiB, never inside a character", () => {
  const { link, terminal } = joined();
  const paste = "a" + "😀".repeat(10_000);
  terminal.input(paste);
  assert.ok(link.sent.every((chunk) => chunk.length <= 16 * 1024));
  assert.equal(link.sent.map((chunk) => new TextDecoder("utf-8", { fatal: true }).decode(chunk)).join(""), paste);
});

test("a mouse report in bytes is sent as those bytes", async () => {
  const { link, terminal } = joined();
  // Headless terminals have no mouse; the event is the same.
  terminal._core.coreService.triggerBinaryEvent("\x1b[M \xff\x80");
  assert.deepEqual(link.sent, [Uint8Array.of(0x1b, 0x5b, 0x4d, 0x20, 0xff, 0x80)]);
});

test("typing into a closed or superseded link goes nowhere", () => {
  const { link, terminal } = joined();
  for (link.state of ["closed", "superseded"]) terminal.input("x");
  assert.deepEqual(link.sent, []);
});

test("once the queue is full, the rest of a paste does not follow", () => {
  const { link, terminal } = joined();
  link.room = 1;
  terminal.input("a".repeat(40_000));
  assert.equal(link.sent.length, 1);
});

test("the server's reset clears the screen after what came before it, and before what follows", async () => {
  const { link, terminal } = joined();
  link.receive("old\r\n".repeat(20) + "\x1b[?1049h\x1b]0;unfinished");
  link.tell("reset", { reason: "server" });
  link.receive("new");
  assert.equal(await text(terminal), "new");
  assert.equal(terminal.buffer.active.type, "normal");
});

test("the loss of the session keeps what was printed and says what happened", async () => {
  const { link, terminal } = joined();
  link.receive("one\r\ntwo");
  link.tell("reset", { reason: "session-lost" });
  link.receive("$ ");
  assert.equal(await text(terminal), "one\ntwo\n── The shell is gone. A new one begins here. ──\n$");
});

test("the loss of the session ends what the old shell's programs had begun", async () => {
  const { link, terminal } = joined();
  link.receive("kept\x1b[?1049h\x1b[?1002;2004h\x1b[?1h\x1b[?25lfull screen\x1b[31m\x1b]0;unfinished");
  link.receive(Uint8Array.of(0xf0, 0x9f).buffer);
  link.tell("reset", { reason: "session-lost" });
  link.receive("$ ");
  assert.match(await text(terminal), /^kept\n── The shell is gone.*\n\$$/);
  const { mouseTrackingMode, bracketedPasteMode, applicationCursorKeysMode } = terminal.modes;
  assert.deepEqual([mouseTrackingMode, bracketedPasteMode, applicationCursorKeysMode], ["none", false, false]);
});

test("the size is said at once and at each change, but not that of a hidden terminal", () => {
  const { link, terminal } = joined();
  terminal.resize(1, 5);
  terminal.resize(70, 9);
  assert.deepEqual(link.sizes, [
    [60, 5],
    [70, 9],
  ]);
});

test("a foreign server hears the size in its own words, on each connection and at each change", () => {
  const { link, terminal } = joined({ resize: (cols, rows) => `${cols}x${rows}` }, "connecting");
  link.state = "ready";
  link.tell("ready", {});
  terminal.resize(70, 9);
  link.state = "waiting";
  terminal.resize(80, 9);
  link.state = "ready";
  link.tell("ready", {});
  assert.deepEqual([link.sent, link.sizes], [["60x5", "70x9", "80x9"], []]);
});

test("a disposed addon leaves the link and the terminal alone", async () => {
  const { link, terminal, addon } = joined();
  addon.dispose();
  link.receive("late");
  terminal.input("x");
  assert.deepEqual([await text(terminal), link.sent], ["", []]);
});
