// A program that prints faster than its page shows: it waits for a page that is looked at, and for no other.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { hide, newWindow, openShell, peoplesWindow, Server, silence } from "./stage.mjs";

/** How far the server sends ahead of what the terminal has processed, in bytes. */
const WINDOW = 256 * 1024;
/** What it reads from a pty at once: the last read may go beyond the window by so much. */
const READ = 16 * 1024;
/** What the server keeps for a page that is not waited for. */
const RING = 1024 * 1024;

/** Lines of 9 bytes that a flood has: more than the ring takes. */
const LINES = 400_000;

test("a terminal that stands still holds its program up; nothing is dropped, and all goes on with it", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  await shell.page.evaluate(watchLines);
  const { session, inPty, unprocessed } = await standStill(shell, server);
  t.diagnostic(
    `unprocessed in the page ${unprocessed}, on their way or there ${session.cursor - session.acked}, ` +
      `read ahead ${session.head - session.cursor}, in the pty and the server's hands ${inPty}`,
  );
  assert.ok(unprocessed <= WINDOW);
  assert.ok(session.cursor - session.acked <= WINDOW);
  assert.ok(session.head - session.acked < WINDOW + READ);
  // It stands for as long as the terminal does: a page that is looked at is waited for.
  assert.equal((await server.session(await shell.key())).head, session.head);
  await shell.page.evaluate(() => window.go());
  await shell.shows(/^flooded-42$/m);
  assert.deepEqual(await shell.page.evaluate(() => window.seen), { lines: LINES, outOfPlace: [], gaps: [] });
});

test("Ctrl-C stops a flood before more comes than the window and the pty hold", { timeout: 120_000 }, async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const { inPty } = await standStill(shell, server);
  await shell.page.evaluate(() => window.go());
  await shell.shows(/^flooded-42$/m);

  const stops = [];
  for (let round = 0; round < 20; round++) {
    await shell.type("clear; yes");
    await shell.page.evaluate(watchCtrlC);
    await shell.page.keyboard.press("Control+c");
    stops.push(await shell.page.evaluate(() => window.stopped));
  }
  const sorted = (of) => stops.map(of).sort((a, b) => a - b);
  const times = sorted(({ ms }) => Math.round(ms));
  const bytes = sorted(({ bytes }) => bytes);
  t.diagnostic(`from the key to the prompt: median ${(times[9] + times[10]) / 2} ms, most ${times[19]} ms`);
  t.diagnostic(`bytes that came after the key: median ${(bytes[9] + bytes[10]) / 2}, most ${bytes[19]}`);
  t.diagnostic(`in the pty and the server's hands, of a flood that stands still: ${inPty}`);
  // What the terminal processes while the key is on its way lets as much more come, so that is not counted.
  const late = Math.max(...stops.map(({ late }) => late));
  t.diagnostic(
    `bytes that the server, its read and the pty had before the page when the key was typed there: ${late} at the most`,
  );
  assert.ok(late <= WINDOW + READ + inPty, `${late}`);
});

/** Ways for a page not to be there. Each resolves once it is not, to what brings it back. */
const ABSENCES = {
  "a tab that is hidden, and whose terminal stands still": async (shell) => {
    const back = await hide(shell.page);
    return async () => {
      await back();
      await shell.page.evaluate(() => window.go());
    };
  },
  "a tab that is hidden, and whose timers the browser slows down": ({ page }) => hide(page),
  "a tab that the browser has frozen": async (shell) => {
    const back = await hide(shell.page);
    const cdp = await shell.page.context().newCDPSession(shell.page);
    await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
    return async () => {
      await cdp.send("Page.setWebLifecycleState", { state: "active" });
      await back();
    };
  },
  // Nothing runs in it, so it cannot even say that it stands still: the server gives it up.
  "a page that falls silent": ({ page }) => silence(page),
};

for (const [name, leave] of Object.entries(ABSENCES)) {
  test(`${name} holds no program up for ever, and hears what it missed`, { timeout: 60_000 }, async (t) => {
    const server = await Server.start(t, { terminal: ["--shell", "--silence", "2"] });
    const shell = await openShell(await peoplesWindow(t), server);
    await shell.page.evaluate(watchLines);
    await shell.page.evaluate(standAt7777);
    const still = name.endsWith("stands still") ? String.raw`printf '\e]7777;\a'; ` : "";
    await shell.type(`mkfifo go; cat go; ${still}${FLOOD}; touch finished; echo flooded-$((40+2))`);
    await shell.shows(/flooded-\$\(\(40\+2\)\)$/);

    const key = await shell.key();
    const isFinished = () => existsSync(join(server.home, "finished"));

    const back = await leave(shell);
    const begun = Date.now();
    await server.write("go", "");
    const { held, attached, ringBytes } = await server.session(key, isFinished);
    t.diagnostic(`the program took ${Date.now() - begun} ms; on hold: ${held}, attached: ${attached}`);
    assert.ok(ringBytes <= RING);
    // A terminal that is only slow may have kept up.
    assert.ok(name.endsWith("slows down") || held || !attached, "it ran on although the server waited for the page");

    await back();
    await shell.shows(/^flooded-42$/m);
    await shell.ask("echo back-$((40+2))", /^back-42$/m);
    const { lines, outOfPlace, gaps } = await shell.page.evaluate(() => window.seen);
    t.diagnostic(`missing: ${JSON.stringify(gaps)}, lines that came: ${lines}`);
    // What came and what is said to be missing is all that there was.
    assert.ok(outOfPlace.length <= gaps.length, `${outOfPlace}`);
    assert.ok(gaps.length > 0 || lines === LINES);
  });
}

/** Prints more than the window and the ring take. The terminal is told each byte as it is printed. */
const FLOOD = String.raw`stty -opost; seq -f $'%07.0f\r' 1 ${LINES}; stty opost`;

/**
 * Has a program flood a terminal that stands still, and waits until the program does too. `window.go()` in the page lets the terminal go
 * on. What the program has written and the server has not is in the pty, or read and not yet in the server's ring.
 */
async function standStill(shell, server) {
  const key = await shell.key();
  await shell.page.evaluate(standAt7777);
  const still = String.raw`printf '\e]7777;\a'`;
  await shell.type(`mkfifo go; clear; echo gate-$((40+2)); cat go; ${still}; ${FLOOD}; echo flooded-$((40+2))`);
  await shell.shows(/^gate-42$/m);
  const before = (await server.session(key)).head;
  await server.write("go", "");
  const progress = async () => {
    // A process that sleeps waits for room in the pty.
    const session = await server.session(
      key,
      ({ head, acked, pid }) => head - acked >= WINDOW && stateOf(childOf(pid)) === "S",
    );
    return { session, written: before + 8 + writtenBy(childOf(session.pid)) };
  };
  let [earlier, later] = [await progress()];
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    later = await progress();
    if (later.written === earlier.written && later.session.head === earlier.session.head) break;
    earlier = later;
  }
  const { session, written } = later;
  const unprocessed = await shell.page.evaluate(() => {
    const { received, processed } = window.relatch.link.snapshot();
    return received - processed;
  });
  return { session, inPty: written - session.head, unprocessed };
}

/** The bytes that a process has written so far. */
const writtenBy = (pid) => Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))[1]);

/** What a process does: `S` if it sleeps. */
const stateOf = (pid) => /^State:\s*(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1];

/** What a shell runs now. */
const childOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();

// Runs in the page: the terminal stands still at an OSC 7777, until `go()`.
function standAt7777() {
  const stand = () => new Promise((resolve) => (window.go = () => resolve(true)));
  window.relatch.terminal.parser.registerOscHandler(7777, stand);
}

// Runs in the page: counts the lines that the flood prints, and those that do not follow on the one before.
function watchLines() {
  const { link } = window.relatch;
  window.seen = { lines: 0, outOfPlace: [], gaps: [] };
  const utf8 = new TextDecoder();
  let rest = "";
  let next = 1;
  link.addEventListener("message", ({ data }) => {
    const lines = (rest + utf8.decode(data, { stream: true })).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const number = Number(/(\d{7})\r$/.exec(line)?.[1]);
      if (!number) continue;
      if (number !== next) window.seen.outOfPlace.push(number);
      next = number + 1;
      window.seen.lines++;
    }
  });
  link.addEventListener("gap", ({ detail }) => {
    window.seen.gaps.push(detail);
    // What comes next is no end of the line that the gap broke off.
    rest = "…";
  });
}

// Runs in the page: once it floods, what comes between the next Ctrl-C and the prompt. `late` is what comes after the terminal had
// processed all that it had when the page heard that the server has typed the key.
async function watchCtrlC() {
  const { link, terminal } = window.relatch;
  const begun = link.snapshot().received;
  const until = (met) =>
    new Promise((resolve) => {
      const listener = terminal.onWriteParsed(() => met() && (listener.dispose(), resolve()));
    });
  await until(() => link.snapshot().received > begun + 1_000_000);
  const pressed = new Promise((resolve) => {
    addEventListener(
      "keydown",
      function listen({ key }) {
        if (key !== "c") return;
        removeEventListener("keydown", listen, true);
        resolve({ ...link.snapshot(), at: performance.now() });
      },
      true,
    );
  });
  const showsPrompt = () => {
    const { active } = terminal.buffer;
    return /\$ ?$/.test(active.getLine(active.baseY + active.cursorY).translateToString(true));
  };
  window.stopped = (async () => {
    const before = await pressed;
    let typed;
    await until(() => {
      const now = link.snapshot();
      if (now.inputAcked > before.inputSent) typed ??= now;
      return showsPrompt();
    });
    const { received } = link.snapshot();
    return { ms: performance.now() - before.at, bytes: received - before.received, late: received - typed.processed };
  })();
}
