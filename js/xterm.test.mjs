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

  inputSent = 0;
  queuedBytes = 0;

  send(data) {
    if (this.sent.length >= this.room) throw new Error("the queue is full");
    this.sent.push(data);
  }

  snapshot() {
    const { state, inputSent, queuedBytes } = this;
    return { state, inputSent, queuedBytes };
  }

  resize(cols, rows) {
    this.sizes.push([cols, rows]);
  }

  processed = [];
  pace() {
    return (bytes) => this.processed.push(bytes);
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

test("a character is whole wherever it is cut, and what interrupts one for good ends it", async () => {
  const { link, terminal } = joined();
  // xterm.js itself loses one whose first part ends with 0x80.
  const line = "…、🚀é";
  for (const byte of utf8.encode(line)) link.receive(Uint8Array.of(byte).buffer);
  assert.equal(await text(terminal), line);
  assert.equal(link.processed.length, utf8.encode(line).length);
  link.receive(Uint8Array.of(0xe2, 0x80).buffer);
  link.tell("gap", { from: 0, to: 5, snapshot: 0 });
  link.receive("after");
  assert.equal(await text(terminal), `${line}\n── 5 bytes of output are missing here. ──\nafter`);
});

test("what xterm.js would break on is left out, and output goes on", async () => {
  for (const before of ["", "\x1b[?1049h"])
    for (const erase of ["\x1b[1J", "\x1b[?1J"]) {
      const { link, terminal } = joined();
      link.receive(`${before}\x1b[5;60Hx${erase}\r\nafter`);
      assert.match(await text(terminal), /after$/);
      assert.deepEqual(link.processed.length, 1);
    }
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

test("the size is said at once and at each change, but not that of a hidden terminal", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, terminal } = joined();
  t.mock.timers.tick(200);
  terminal.resize(1, 5);
  t.mock.timers.tick(200);
  terminal.resize(70, 9);
  assert.deepEqual(link.sizes, [
    [60, 5],
    [70, 9],
  ]);
});

test("of many changes of the size in a row a few are said, the last one always", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, terminal } = joined();
  // 100 changes in a second.
  for (let cols = 61; cols <= 160; cols++) {
    t.mock.timers.tick(10);
    terminal.resize(cols, 9);
  }
  assert.equal(link.sizes.length, 6);
  t.mock.timers.tick(1000);
  assert.equal(link.sizes.length, 7);
  assert.deepEqual(link.sizes.at(-1), [160, 9]);
});

test("what is typed after a change of the size follows it", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, terminal } = joined();
  const order = [];
  link.send = () => order.push("typed");
  link.resize = (cols) => order.push(cols);
  terminal.resize(70, 9);
  terminal.resize(71, 9);
  terminal.input("x");
  t.mock.timers.tick(200);
  assert.deepEqual(order, [71, "typed"]);
});

test("without a line each change of the size counts at once, for the next hello", () => {
  const { link, terminal } = joined(undefined, "connecting");
  terminal.resize(70, 9);
  terminal.resize(71, 9);
  assert.deepEqual(link.sizes.at(-1), [71, 9]);
});

test("a foreign server hears the size in its own words, on each connection and at each change", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, terminal } = joined({ resize: (cols, rows) => `${cols}x${rows}` }, "connecting");
  t.mock.timers.tick(200);
  link.state = "ready";
  link.tell("ready", {});
  terminal.resize(70, 9);
  link.state = "waiting";
  terminal.resize(80, 9);
  link.state = "ready";
  link.tell("ready", {});
  assert.deepEqual([link.sent, link.sizes], [["60x5", "70x9", "80x9"], []]);
});

/** A terminal that shows a full screen, on a link whose sizes are counted from here. Timers are the test's. */
async function fullScreen(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, terminal } = joined();
  link.receive("\x1b[?1049hfull screen");
  const shown = text(terminal);
  t.mock.timers.tick(200);
  await shown;
  link.sizes = [];
  return { link, terminal };
}

function comeBack(link) {
  link.state = "ready";
  link.tell("ready", {});
}

test("a full screen that had another size while the line was down is drawn anew at its own", async (t) => {
  const { link, terminal } = await fullScreen(t);
  link.state = "waiting";
  terminal.resize(40, 3);
  terminal.resize(60, 5);
  comeBack(link);
  assert.deepEqual(link.sizes.splice(0), [
    [40, 3],
    [60, 5],
    [60, 4],
  ]);
  t.mock.timers.tick(49);
  assert.deepEqual(link.sizes, [], "the program has time to read the size");
  t.mock.timers.tick(1);
  assert.deepEqual(link.sizes.splice(0), [[60, 5]]);

  link.state = "waiting";
  comeBack(link);
  assert.deepEqual(link.sizes, [], "once is enough");
});

test("a full screen that had another size while it was shown a replay is drawn anew once it is live", async (t) => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 9, cols: 60, rows: 5 });
  comeBack(link);
  link.receive("\x1b[?1049h");
  await text(terminal);
  terminal.resize(40, 3);
  terminal.resize(60, 5);
  const before = link.sizes.length;
  link.receive("x");
  await text(terminal);
  assert.deepEqual(link.sizes.slice(before), [
    [60, 5],
    [60, 4],
  ]);
});

test("a full screen that comes out of a hidden element is drawn anew", async (t) => {
  const { link, terminal } = await fullScreen(t);
  terminal.resize(2, 5);
  assert.deepEqual(link.sizes, []);
  terminal.resize(60, 5);
  assert.deepEqual(link.sizes, [
    [60, 5],
    [60, 4],
  ]);
});

test("a full screen is drawn anew if the server has not confirmed a size on the line that was lost", async (t) => {
  const { link, terminal } = await fullScreen(t);
  const resize = (cols, rows) => {
    terminal.resize(cols, rows);
    t.mock.timers.tick(200);
    return { cols, rows };
  };
  link.tell("size", resize(40, 3));
  link.tell("size", resize(60, 5));
  comeBack(link);
  assert.equal(link.sizes.length, 2, "it has heard of both");
  resize(40, 3);
  resize(60, 5);
  comeBack(link);
  assert.deepEqual(link.sizes.slice(4), [[60, 4]]);
});

test("a prompt is not drawn anew: its lines are kept at any size", async () => {
  const { link, terminal } = joined({}, "waiting");
  link.receive("$ ");
  await text(terminal);
  terminal.resize(40, 3);
  terminal.resize(60, 5);
  comeBack(link);
  assert.equal(link.sizes.length, 3);
});

/** What the terminal answered, once everything written has been parsed. */
async function answers(link, terminal) {
  await text(terminal);
  return link.sent.map((bytes) => new TextDecoder().decode(bytes));
}

const ASKS = ["\x1b[5n", "\x1b[6n", "\x1b[c", "\x1b[>c", "\x1b[?1$p", "\x1b[4$p", "\x1bP$qm\x1b\\"];
const BEYOND = ["\x1b]52;c;aGVsbG8=\x07", "\x1b]777;notify;a;b\x07", "\x1b]10;?\x07", "\x1b[14t", "\x1bZ", "\x1b[?u"];

test("what was printed before the attachment asks nothing again, and what comes after it does", async () => {
  for (const query of ASKS) {
    const { link, terminal } = joined();
    link.receive(`live ${query}`);
    assert.equal((await answers(link, terminal)).length, 1, JSON.stringify(query));
    const replay = `again ${query}${BEYOND.join("")}`;
    link.tell("resumed", { outcome: "ok", offset: 0, replay: replay.length, cols: 60, rows: 5 });
    link.receive(replay);
    assert.equal((await answers(link, terminal)).length, 1, JSON.stringify(query));
    link.receive(`live ${query}`);
    assert.equal((await answers(link, terminal)).length, 2, JSON.stringify(query));
    assert.match(await text(terminal), /live again live/);
  }
});

test("what a gap leaves out of the replay is not waited for", async () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "gap", offset: 0, replay: 1_000_004, cols: 60, rows: 5 });
  link.tell("gap", { from: 0, to: 1_000_000, snapshot: 0 });
  link.receive("\x1b[5n");
  link.receive("\x1b[5n");
  assert.deepEqual(await answers(link, terminal), ["\x1b[0n"]);
});

test("a message in which the replay ends asks only in its live part", async () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 7, cols: 60, rows: 5 });
  link.receive("old\x1b[5nnew\x1b[6n");
  assert.deepEqual(await answers(link, terminal), ["\x1b[1;7R"]);
});

test("a replay is shown at the sizes that it was printed at, and what is live at the terminal's own", async () => {
  const { link, terminal } = joined();
  const sizes = [];
  terminal.onResize(({ cols, rows }) => sizes.push([cols, rows]));
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 12, cols: 20, rows: 4 });
  link.receive("\x1b[3;1Hthree");
  link.tell("size", { cols: 30, rows: 6 });
  assert.deepEqual([terminal.cols, terminal.rows], [60, 5], "not before what was printed at the old size");
  link.receive("x");
  await text(terminal);
  link.tell("size", { cols: 60, rows: 5 });
  assert.deepEqual(sizes, [
    [20, 4],
    [30, 6],
    [60, 5],
  ]);
  // The server hears of the terminal's own sizes alone, and before what is typed.
  terminal.input("x");
  assert.deepEqual(link.sizes, [
    [60, 5],
    [60, 5],
  ]);
});

test("a terminal that is resized while it is shown a replay has that size afterwards", async () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 2, cols: 20, rows: 4 });
  link.receive("a");
  await text(terminal);
  terminal.resize(70, 7);
  link.receive("b");
  await text(terminal);
  terminal.input("x");
  assert.deepEqual([terminal.cols, terminal.rows], [70, 7]);
  assert.deepEqual(link.sizes.at(-1), [70, 7]);
});

test("a terminal has its own size back where a gap leaves nothing of the replay", async () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "gap", offset: 0, replay: 2, cols: 20, rows: 4 });
  link.tell("gap", { from: 0, to: 2, snapshot: 0 });
  link.receive("live");
  assert.match(await text(terminal), /live$/);
  assert.deepEqual([terminal.cols, terminal.rows], [60, 5]);
});

test("a replay that is broken off by another shell leaves the terminal its own size", async () => {
  const { link, terminal, addon } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 100, cols: 20, rows: 4 });
  link.receive("part of it");
  await text(terminal);
  assert.deepEqual([terminal.cols, terminal.rows], [20, 4]);
  link.tell("resumed", { outcome: "new", offset: 0, replay: 0, cols: 80, rows: 24 });
  assert.deepEqual([terminal.cols, terminal.rows, addon.isReplaying], [60, 5, false]);
  terminal.resize(70, 7);
  terminal.input("x");
  assert.deepEqual(link.sizes.at(-1), [70, 7]);
});

test("what a full queue refuses of a paste is said, the rest of it too", () => {
  const { link, terminal } = joined();
  const dropped = [];
  link.addEventListener("dropped", ({ detail }) => dropped.push(detail.bytes));
  link.room = 1;
  terminal.input("a".repeat(40_000));
  // The link itself says what it refused, the second 16 KiB.
  assert.deepEqual(dropped, [40_000 - 2 * 16 * 1024]);
});

test("a disposed addon has the link count all as processed again, and gives the terminal its own size back", async () => {
  const { link, terminal, addon } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 100, cols: 20, rows: 4 });
  link.receive("part");
  await text(terminal);
  addon.dispose();
  assert.deepEqual([link.processed, terminal.cols, terminal.rows], [[4, undefined], 60, 5]);
});

test("what waits to be parsed when the line comes back was printed before", async () => {
  const { link, terminal, addon } = joined();
  link.receive("\x1b[5n");
  link.tell("resumed", { outcome: "ok", offset: 4, replay: 0, cols: 60, rows: 5 });
  assert.equal(addon.isReplaying, true);
  assert.deepEqual(await answers(link, terminal), []);
  assert.equal(addon.isReplaying, false);
});

test("output counts as processed once it is parsed", async () => {
  const { link, terminal } = joined();
  link.receive("one");
  link.receive("four");
  assert.deepEqual(link.processed, []);
  await text(terminal);
  assert.deepEqual(link.processed, [3, 4]);
});

test("a gap ends what was unfinished, and a line says what is missing", async () => {
  const { link, terminal } = joined();
  link.receive("one\x1b]0;unfinished");
  link.tell("gap", { from: 10, to: 30, snapshot: 0 });
  link.receive("two");
  assert.equal(await text(terminal), "one\n── 20 bytes of output are missing here. ──\ntwo");
  link.tell("gap", { to: 30, snapshot: 0 });
  assert.match(await text(terminal), /── Earlier output is not kept\. ──$/);
});

test("a snapshot is drawn on a blank screen without modes; what was there is scrolled back, and nothing in between", async () => {
  const { link, terminal } = joined();
  link.receive("one\r\ntwo\x1b[?1049h\x1b[31;42m\x1b[2;4r\x1b[?1006;1002;2004h\x1b[4hfull screen\x1b]0;unfinished");
  link.tell("gap", { from: 10, to: 30, snapshot: 12 });
  link.receive("drawn\x1b[3;4H");
  link.receive("live");
  assert.equal(await text(terminal), "one\ntwo\n── 20 bytes of output are missing here. ──\ndrawn\n\n   live");
  assert.equal(terminal.buffer.active.baseY, 3);
  const { bracketedPasteMode, insertMode, mouseTrackingMode } = terminal.modes;
  assert.deepEqual([bracketedPasteMode, insertMode, mouseTrackingMode], [false, false, "none"]);
});

test("a page that had no screen is shown the snapshot alone", async () => {
  const { link, terminal } = joined();
  link.tell("reset", { reason: "server" });
  link.tell("resumed", { outcome: "gap", offset: 100, replay: 50, cols: 60, rows: 5 });
  link.tell("gap", { to: 160, snapshot: 5 });
  link.receive("drawn");
  assert.equal(await text(terminal), "drawn");
  assert.equal(terminal.buffer.active.baseY, 0);
});

test("queries in a snapshot are muted, and so is what is left of the replay behind it; what is live is not", async () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "gap", offset: 0, replay: 1_000_004, cols: 60, rows: 5 });
  link.tell("gap", { from: 0, to: 1_000_000, snapshot: 4 });
  link.receive("\x1b[5n");
  link.receive("\x1b[5n");
  link.receive("\x1b[6n");
  assert.deepEqual(await answers(link, terminal), ["\x1b[1;1R"]);
});

test("a snapshot is shown at the size that it was made at, and what is live at the terminal's own", async () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "gap", offset: 0, replay: 9, cols: 20, rows: 4 });
  link.tell("gap", { to: 9, snapshot: 9 });
  link.tell("size", { cols: 30, rows: 6 });
  link.receive("\x1b[6;28Hend");
  await text(terminal);
  assert.deepEqual([terminal.cols, terminal.rows], [60, 5]);
  assert.match(await text(terminal), /end$/);
});

test("a snapshot is shown at the size that was told before, whatever the terminal's own has become", async () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 0, cols: 60, rows: 5 });
  terminal.resize(30, 4);
  const sizes = [];
  terminal.onResize(({ cols, rows }) => sizes.push([cols, rows]));
  link.tell("gap", { from: 0, to: 9, snapshot: 5 });
  link.receive("drawn");
  await text(terminal);
  assert.deepEqual(sizes, [
    [60, 5],
    [30, 4],
  ]);
});

test("an exit is said behind the last output, with its code or signal", async () => {
  const { link, terminal } = joined();
  link.receive("bye");
  link.tell("exit", { code: 3 });
  assert.equal(await text(terminal), "bye\n── The shell has ended (exit 3). ──");
  link.tell("exit", { signal: 9 });
  assert.match(await text(terminal), /\(signal 9\)/);
});

test("a server that was restarted is said to have been", async () => {
  const { link, terminal } = joined();
  link.receive("old");
  link.tell("reset", { reason: "restarted" });
  assert.equal(await text(terminal), "old\n── The server was restarted. A new shell begins here. ──");
});

test("4 KiB are typed ahead while the line is down; what is refused is said, and all after it is refused", () => {
  const { link, terminal } = joined(undefined, "waiting");
  const dropped = [];
  link.addEventListener("dropped", ({ detail }) => dropped.push(detail));
  terminal.input("a".repeat(4096));
  terminal.input("bc");
  terminal.input("d");
  assert.equal(link.sent.length, 1);
  assert.deepEqual(
    dropped.map(({ reason, bytes, unknown }) => [reason, bytes, unknown]),
    [
      ["overflow", 2, false],
      ["overflow", 1, false],
    ],
  );
  link.state = "ready";
  link.tell("ready", {});
  terminal.input("e");
  link.state = "waiting";
  terminal.input("f");
  assert.equal(link.sent.length, 3);
});

test("a disposed addon leaves the link and the terminal alone", async () => {
  const { link, terminal, addon } = joined();
  addon.dispose();
  link.receive("late");
  terminal.input("x");
  assert.deepEqual([await text(terminal), link.sent], ["", []]);
});

/** The sequence that a page's own handler for the clipboard is asked about. */
const CLIPBOARD = "\x1b]52;c;aGVsbG8=\x07";

test("a replay sets no clipboard, whichever handler the page has added since", async () => {
  const { link, terminal } = joined();
  const set = [];
  terminal.parser.registerOscHandler(52, (text) => set.push(text) > 0);
  link.receive(CLIPBOARD);
  await text(terminal);
  link.tell("resumed", { outcome: "ok", offset: 0, replay: CLIPBOARD.length, cols: 60, rows: 5 });
  link.receive(CLIPBOARD);
  await text(terminal);
  assert.deepEqual(set, ["c;aGVsbG8="]);
  link.receive(CLIPBOARD);
  await text(terminal);
  assert.equal(set.length, 2);
});

test("a bell in a replay rings while the addon says so, and a live one does not", async () => {
  const { link, terminal, addon } = joined();
  const heard = [];
  terminal.onBell(() => heard.push(addon.isReplaying));
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 2, cols: 60, rows: 5 });
  link.receive("\x07\x07\x07");
  await text(terminal);
  assert.deepEqual(heard, [true, true, false]);
});

const [FOCUS_IN, FOCUS_OUT] = ["\x1b[I", "\x1b[O"];

test("reports of the focus are not typed ahead; the latest is said when the line is back", async () => {
  const { link, terminal } = joined();
  link.receive("\x1b[?1004h");
  await text(terminal);
  terminal.input(FOCUS_IN);
  link.state = "waiting";
  terminal.input(FOCUS_OUT);
  terminal.input(FOCUS_IN);
  terminal.input(FOCUS_OUT);
  assert.deepEqual(await answers(link, terminal), [FOCUS_IN]);
  link.state = "ready";
  link.tell("ready", {});
  assert.deepEqual(await answers(link, terminal), [FOCUS_IN, FOCUS_OUT]);
});

test("a replay that switches reports of the focus on is not answered before it is over", async () => {
  const { link, terminal } = joined();
  // As a terminal in a page does.
  terminal._core._inputHandler.onRequestSendFocus(() => terminal.input(FOCUS_IN));
  const replay = "\x1b[?1004hx\x1b[?1004l\x1b[?1004h";
  link.tell("resumed", { outcome: "ok", offset: 0, replay: replay.length, cols: 60, rows: 5 });
  link.tell("ready", {});
  link.receive(replay.slice(0, 9));
  assert.deepEqual(await answers(link, terminal), []);
  link.receive(replay.slice(9));
  await text(terminal);
  assert.deepEqual(await answers(link, terminal), [FOCUS_IN]);
});

test("a program that does not ask for reports of the focus any more hears of none", async () => {
  const { link, terminal } = joined();
  link.receive("\x1b[?1004h");
  await text(terminal);
  link.state = "waiting";
  terminal.input(FOCUS_OUT);
  link.state = "ready";
  // The shell is another, and so are its modes, once the terminal has come to that.
  link.tell("reset", { reason: "session-lost" });
  link.tell("ready", {});
  assert.deepEqual(await answers(link, terminal), []);
});

const [PASTE, PASTE_END] = [`\x1b[200~${"x".repeat(100_000)}\x1b[201~`, "\x1b[201~"];

test("a link that resumes takes a paste whole", () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 0, cols: 60, rows: 5 });
  terminal.input(PASTE);
  assert.deepEqual(link.sent, [utf8.encode(PASTE)]);
});

/** A paste went to a link that resumes, the line was lost, and what was left of it dropped; what is sent since. */
function pasteCutAt(arrived, { reason = "expired", reset } = {}) {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 0, cols: 60, rows: 5 });
  link.inputSent = 1000;
  terminal.input(PASTE);
  link.state = "waiting";
  link.tell("dropped", { reason, messages: 1, bytes: 1000 + PASTE.length - arrived, unknown: false });
  link.state = "ready";
  link.inputSent = arrived;
  if (reset) link.tell("reset", { reason: reset });
  link.tell("ready", {});
  return link.sent.slice(1).map((bytes) => new TextDecoder().decode(bytes));
}

test("a bracketed paste that was cut short is closed, once", () => {
  assert.deepEqual(pasteCutAt(50_000), [PASTE_END]);
});

test("a bracketed paste of which nothing or all has arrived is not closed", () => {
  assert.deepEqual([...pasteCutAt(1000), ...pasteCutAt(1000 + PASTE.length)], []);
});

test("a bracketed paste that goes on, or was another shell's, is not closed", () => {
  assert.deepEqual([...pasteCutAt(50_000, { reason: "overflow" }), ...pasteCutAt(50_000, { reset: "restarted" })], []);
});

test("a paste that was refused leaves one that was taken before to be closed", () => {
  const { link, terminal } = joined();
  link.tell("resumed", { outcome: "ok", offset: 0, replay: 0, cols: 60, rows: 5 });
  terminal.input(PASTE);
  link.room = 1;
  link.queuedBytes = 1_000_000;
  terminal.input(PASTE);
  link.room = Infinity;
  link.tell("dropped", { reason: "expired", messages: 1, bytes: 50_012, unknown: false });
  link.inputSent = 50_000;
  link.tell("ready", {});
  assert.deepEqual(link.sent.slice(1), [utf8.encode(PASTE_END)]);
});
