// What users notice of a terminal, though it is not text: each is as if the line had not been lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWindow, openShell, Server } from "./stage.mjs";

test("a word that is being composed when the line is cut is composed to its end, and typed once", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const keyboard = await shell.page.context().newCDPSession(shell.page);
  const composition = shell.page.locator(".composition-view.active");
  await shell.page.keyboard.type("echo ");
  await shell.shows(/\$ echo *$/);
  await keyboard.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
  await composition.waitFor();
  await cut(shell, server);
  assert.equal(await composition.innerText(), "にほ");
  await shell.picture("composing");
  await keyboard.send("Input.insertText", { text: "日本" });
  await shell.shows(/\$ echo 日本$/);
  await composition.waitFor({ state: "detached" });

  // And one that ends while the line is down.
  await keyboard.send("Input.imeSetComposition", { text: "ご", selectionStart: 1, selectionEnd: 1 });
  await cut(shell, server, () => keyboard.send("Input.insertText", { text: "語" }));
  await shell.shows(/\$ echo 日本語$/);
  await shell.type("");
  await shell.shows(/^日本語$/m);
});

test("a program hears of the focus as it is, not as it was while the line was down or long ago", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const focus = (call) => shell.page.evaluate((call) => window.relatch.terminal[call](), call);
  await shell.type("clear; stty raw -echo; printf '\\e[?1004h'; cat -v");
  await shell.shows(/^\^\[\[I$/);
  await cut(shell, server, async () => {
    for (let i = 0; i < 20; i++) for (const call of ["blur", "focus"]) await focus(call);
    assert.equal(await shell.page.evaluate(() => window.relatch.link.bufferedAmount), 0);
  });
  await shell.shows(/^\^\[\[I\^\[\[I$/);
  await focus("blur");
  await shell.shows(/^\^\[\[I\^\[\[I\^\[\[O$/);
  // The replay asks for reports once more, and the page that shows it has the focus.
  await shell.page.reload();
  await shell.shows(/^\^\[\[I\^\[\[I\^\[\[O\^\[\[I$/);
  await focus("blur");
  await shell.shows(/^\^\[\[I\^\[\[I\^\[\[O\^\[\[I\^\[\[O$/);
});

test("the page is called as its shell says, also after a reload, and not as one that is gone", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const isCalled = (title) => shell.page.waitForFunction((title) => document.title === title, title);
  await shell.type(String.raw`printf '\e]2;build %s\a' $((40+2))`);
  await isCalled("build 42 · Relatch");
  await cut(shell, server);
  assert.equal(await shell.page.title(), "build 42 · Relatch");
  await shell.page.reload();
  await isCalled("build 42 · Relatch");
  await shell.is("ready");
  await server.mockRestart("sessions");
  await shell.shows(/A new shell begins here/);
  await isCalled("Relatch");
});

test("a bell is shown when it rings, and not again by a replay", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  await window.addInitScript(() => {
    globalThis.rings = 0;
    const { animate } = Element.prototype;
    Element.prototype.animate = function (...how) {
      globalThis.rings++;
      return animate.apply(this, how);
    };
  });
  const shell = await openShell(window, server);
  const rings = () => shell.page.evaluate(() => globalThis.rings);
  const bell = () => shell.ask(String.raw`printf '\a'; echo rang-$((40+2))`, /rang-42\n.*\$$/);
  await bell();
  assert.equal(await rings(), 1);
  await shell.type("clear");
  await shell.shows(/^[^\n]*\$$/);
  // One that rings while the line is down is in the replay, as those before are after a reload.
  await shell.type(String.raw`mkfifo go; cat go; printf '\a'; echo rang-$((40+2))`);
  await shell.shows(/\$\(\(40\+2\)\)$/);
  await cut(shell, server, () => server.write("go", ""));
  await shell.shows(/^rang-42$/m);
  assert.equal(await rings(), 1);
  await shell.page.reload();
  await shell.shows(/^rang-42$/m);
  await shell.ask("echo back-$((40+2))", /^back-42$/m);
  assert.equal(await rings(), 0);
  await bell();
  assert.equal(await rings(), 1);
});

test("what sets the clipboard sets it once, and not by a replay", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  await shell.page.evaluate(() => {
    globalThis.clipboard = [];
    window.relatch.terminal.parser.registerOscHandler(52, (text) => globalThis.clipboard.push(text) > 0);
  });
  const clipboard = () => shell.page.evaluate(() => globalThis.clipboard);
  const set = (text) => String.raw`printf '\e]52;c;${text}\a'; echo set-$((40+2))`;
  await shell.type(`mkfifo go; ${set("bGl2ZQ==")}`);
  await shell.shows(/^set-42$/m);
  assert.deepEqual(await clipboard(), ["c;bGl2ZQ=="]);
  await shell.ask(`clear; echo gate-$((40+2)); cat go; ${set("YXdheQ==")}`, /^gate-42$/m);
  await cut(shell, server, () => server.write("go", ""));
  await shell.shows(/^set-42$/m);
  assert.deepEqual(await clipboard(), ["c;bGl2ZQ=="]);
  await shell.ask(set("YmFjaw==").replace("set", "back"), /^back-42$/m);
  assert.deepEqual(await clipboard(), ["c;bGl2ZQ==", "c;YmFjaw=="]);
});

test("a hyperlink is one after a reload too, and leads where it says", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const { page } = shell;
  page.on("dialog", (dialog) => dialog.accept());
  const target = `${server.url.origin}/links.html?links=0`;
  await shell.ask(String.raw`clear; printf '\e]8;;${target}\e\\he''re\e]8;;\e\\\n'`, /^here$/m);
  await page.reload();
  await shell.shows(/^here$/m);
  const [x, y] = await page.evaluate(() => {
    const { buffer, cols, rows } = window.relatch.terminal;
    const { x, y, width, height } = document.querySelector(".xterm-screen").getBoundingClientRect();
    const lines = Array.from({ length: rows }, (_, i) => buffer.active.getLine(buffer.active.viewportY + i));
    const row = lines.findIndex((line) => line.translateToString(true) === "here");
    return [x + (width / cols) * 1.5, y + (height / rows) * (row + 0.5)];
  });
  await page.mouse.move(x - 1, y);
  await page.mouse.move(x, y);
  await page.locator(".xterm-cursor-pointer").waitFor();
  await shell.picture("hyperlink");
  const opened = page.context().waitForEvent("page");
  await page.mouse.click(x, y);
  const popup = await opened;
  await popup.waitForURL(target);
});

/** Counts how often the terminal's size changes, until `go` is written; then it says so, and what the size is. */
const COUNT_CHANGES =
  `n=0; trap 'n=$((n+1))' WINCH; echo counting-$((40+2)); until [ -e go ]; do sleep 0.02; done; ` +
  `echo changes-$n; stty size`;

test("a drag of many sizes comes to a few, and to the last", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  await window.addInitScript(() => {
    globalThis.frames = 0;
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      if (/^\{"t":"resize"/.test(data)) globalThis.frames++;
      return send.call(this, data);
    };
  });
  const shell = await openShell(window, server);
  await server.write("count", COUNT_CHANGES);
  await shell.ask("clear; bash count", /^counting-42$/m);
  const before = await shell.page.evaluate(() => globalThis.frames);
  const { sizes, ms } = await shell.page.evaluate(async () => {
    const { terminal } = window.relatch;
    let sizes = 0;
    const counting = terminal.onResize(() => sizes++);
    const begun = performance.now();
    for (let step = 1; step <= 100; step++) {
      document.querySelector("#terminal").style.right = `${step * 6}px`;
      await new Promise(requestAnimationFrame);
      // The page fits the terminal in the frame after.
      await new Promise(requestAnimationFrame);
    }
    counting.dispose();
    return { sizes, ms: performance.now() - begun };
  });
  const { cols, rows } = await shell.page.evaluate(() => {
    const { cols, rows } = window.relatch.terminal;
    return { cols, rows };
  });
  await shell.page.waitForFunction((before) => globalThis.frames > before, before);
  // What is typed carries the last size before it.
  await shell.page.keyboard.type("\n");
  await server.write("go", "");
  const [, changes, size] = await shell.shows(/^changes-(\d+)\n(\d+ \d+)$/m);
  const frames = (await shell.page.evaluate(() => globalThis.frames)) - before;
  t.diagnostic(`${sizes} sizes in ${Math.round(ms)} ms: ${frames} frames, ${changes} signals to the program`);
  assert.ok(sizes >= 50, `${sizes}`);
  assert.ok(frames <= ms / 200 + 3, `${frames}`);
  assert.ok(changes >= 1 && changes <= frames, `${changes}`);
  assert.equal(size, `${rows} ${cols}`);
});

test("a terminal that is hidden keeps its size, and its program hears of none", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  await server.write("count", COUNT_CHANGES);
  await shell.ask("clear; bash count", /^counting-42$/m);
  const size = () => shell.page.evaluate(() => `${window.relatch.terminal.rows} ${window.relatch.terminal.cols}`);
  const before = await size();
  for (const style of [
    "width: 0; right: auto",
    "height: 0; bottom: auto",
    "width: 20px; right: auto",
    "display: none",
  ]) {
    await shell.page.evaluate(async (style) => {
      const terminal = document.querySelector("#terminal");
      for (const now of [style, ""]) {
        terminal.style.cssText = now;
        for (let frames = 0; frames < 4; frames++) await new Promise(requestAnimationFrame);
      }
    }, style);
    assert.equal(await size(), before, style);
  }
  await server.write("go", "");
  const [, changes, after] = await shell.shows(/^changes-(\d+)\n(\d+ \d+)$/m);
  assert.deepEqual([changes, after], ["0", before]);
});

test("a terminal that is mounted hidden begins with a size to work in, and has its own once it is shown", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  await window.addInitScript(() => {
    // Before the page's script runs.
    const hide = () => (document.querySelector("#terminal").style.display = "none");
    document.addEventListener("readystatechange", hide, { once: true });
  });
  const shell = await openShell(window, server);
  await shell.page.evaluate(() => window.relatch.link.send("stty size\n"));
  await shell.shows(/^24 80$/m);
  await shell.page.evaluate(() => (document.querySelector("#terminal").style.display = ""));
  await shell.page.waitForFunction(() => window.relatch.terminal.cols > 80);
  const size = await shell.page.evaluate(() => `${window.relatch.terminal.rows} ${window.relatch.terminal.cols}`);
  await shell.page.locator("#terminal").click();
  await shell.ask("stty size", new RegExp(`^${size}$`, "m"));
});

/** Cuts the line, does something while it is down, and waits until it is back. */
async function cut(shell, server, meanwhile = async () => {}) {
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 1_000 });
  await lost;
  await meanwhile();
  await server.isBack();
  await shell.is("ready");
}
