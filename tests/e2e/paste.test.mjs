// A large paste meets a line that drops: the program gets it whole and once, or its user is told what it did not get.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newWindow, openShell, Server } from "./stage.mjs";

/** 1 MB of lines, and what a terminal makes of it for a program that has asked for brackets. */
const TEXT = Array.from({ length: 20_000 }, (_, i) => `line ${i} of a text é`.padEnd(48, ".") + "\n").join("");
const TYPED = Buffer.from(`\x1b[200~${TEXT.replaceAll("\n", "\r")}\x1b[201~`);
/** So much of it the program reads before it stalls. */
const READ = 100_000;

test("a bracketed paste of 1 MB goes on where the line was cut", { timeout: 60_000 }, async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const key = await shell.key();
  assert.equal(TYPED.length, 1_000_012);
  await asksForPaste(shell, `head -c ${TYPED.length - READ} >> got`);
  await paste(shell, TEXT);
  await stalls(server, key);
  const lost = shell.next("waiting");
  await server.fault(key, { down: 500 });
  await lost;
  await shell.is("ready");
  await server.write("go", "");
  await shell.ask("echo back-$((40+2))", /^back-42$/m);
  assert.ok(readFileSync(join(server.home, "got")).equals(TYPED));
  assert.deepEqual(await shell.page.evaluate(() => window.dropped), []);
});

test("a paste of 1 MB while the line is down is refused whole, and said", { timeout: 60_000 }, async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  await shell.page.evaluate(watchDropped);
  // The shell's own prompt asks for brackets.
  await shell.page.waitForFunction(() => window.relatch.terminal.modes.bracketedPasteMode);
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 2_000 });
  await lost;
  await paste(shell, TEXT);
  await shell.page.locator("#note", { hasText: "Typing (1000012 bytes) was dropped: too much was waiting." }).waitFor();
  await shell.picture("paste-refused");
  // What would be typed behind it, means something else without it.
  await shell.page.keyboard.type("rm x\n");
  await shell.is("ready");
  await shell.ask("echo back-$((40+2))", /^back-42$/m);
  assert.doesNotMatch(await shell.text(), /line|rm x/);
  const { dropped, key } = await shell.page.evaluate(() => ({
    dropped: window.dropped,
    key: window.relatch.link.sessionKey,
  }));
  assert.equal(sum(dropped), TYPED.length + "rm x\n".length);
  assert.equal((await server.session(key)).inputWaiting, 0);
});

test(
  "a bracketed paste that was away for too long is closed where it ends, and what is missing is said",
  {
    timeout: 60_000,
  },
  async (t) => {
    const server = await Server.start(t);
    const shell = await openShell(await newWindow(t), server, { clock: true });
    const key = await shell.key();
    // It ends at a `q`, as a program might that does not take the paste for keys.
    const read = `process.stdin.on("data", (data) => (fs.appendFileSync("got", data), data.includes("q") && process.exit()))`;
    await asksForPaste(shell, `${process.execPath} -e '${read}'`);
    await paste(shell, TEXT);
    await stalls(server, key);
    const lost = shell.next("waiting");
    await server.fault(key, { down: 500 });
    await lost;
    // Input is kept for 15 s.
    await shell.page.clock.fastForward(16_000);
    await server.isBack();
    await shell.page.evaluate(() => window.relatch.link.reconnect());
    await shell.is("ready");
    await shell.picture("paste-cut-short");
    await shell.page.keyboard.type("q");
    await server.write("go", "");
    await shell.shows(/ready-42.*\$$/);
    const got = readFileSync(join(server.home, "got"));
    const arrived = got.length - "\x1b[201~q".length;
    t.diagnostic(`of ${TYPED.length} bytes ${arrived} arrived`);
    assert.ok(arrived >= READ && arrived < TYPED.length);
    assert.ok(got.equals(Buffer.concat([TYPED.subarray(0, arrived), Buffer.from("\x1b[201~q")])));
    assert.equal(sum(await shell.page.evaluate(() => window.dropped)), TYPED.length - arrived);
  },
);

const sum = (dropped) => dropped.reduce((sum, { bytes }) => sum + bytes, 0);

/** Runs a program that asks for brackets, reads a little, stalls until `go` is written, and reads the rest by `rest`. */
async function asksForPaste(shell, rest) {
  await shell.page.evaluate(watchDropped);
  await shell.type("mkfifo go; clear");
  const ready = String.raw`printf '\e[?2004hready-%s' $((40+2))`;
  await shell.type(`stty raw -echo; ${ready}; head -c ${READ} > got; cat go > /dev/null; ${rest}; stty sane`);
  await shell.shows(/^ready-42$/m);
}

/** Waits until the program has read what it reads, and as much waits for it as may. */
async function stalls(server, key) {
  await server.session(key, ({ bytesIn }) => bytesIn > READ + 64 * 1024);
  assert.ok(existsSync(join(server.home, "got")));
}

/** Pastes as a browser does. */
function paste(shell, text) {
  return shell.page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true });
    // Firefox ignores what it is told of this when the event is made.
    Object.defineProperty(event, "clipboardData", { value: clipboardData });
    document.activeElement.dispatchEvent(event);
  }, text);
}

// Runs in the page.
function watchDropped() {
  window.dropped = [];
  window.relatch.link.addEventListener("dropped", ({ detail }) => window.dropped.push(detail));
}
