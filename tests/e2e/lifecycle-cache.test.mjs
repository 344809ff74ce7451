// The back-forward cache: a page that is left is kept as it is, without its line, and Back shows it again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { goBack, keepingWindow, leave, LoggingServer, RETENTION } from "./lifecycle.mjs";
import { openShell, Shell } from "./stage.mjs";

for (const [name, query] of [
  ["with resume", ""],
  ["in passthrough", "?passthrough"],
]) {
  test(
    `${name}, Back after two minutes finds the shell, and what it said meanwhile`,
    { timeout: 60_000 },
    async (t) => {
      const server = await LoggingServer.start(t);
      const shell = await openShell(await keepingWindow(t), server, { query });
      const [key, pid] = [await shell.key(), await shell.pid()];
      await shell.type("mkfifo go; cat go; echo away-$((40+2))");
      await shell.shows(/away-\$\(\(40\+2\)\)$/);

      await leave(shell, server);
      const { retainedForMs, detachedForMs } = await server.session(key, ({ attached }) => !attached);
      assert.ok(retainedForMs + detachedForMs > RETENTION - 100, "it is kept as if the line had been lost");
      assert.deepEqual(await server.closedWith(key), [4102]);
      await server.write("go", "");
      await goBack(shell);
      await shell.shows(/^away-42\n[^]*\$$/m);
      assert.equal(await shell.count("away-42"), 1);

      // And once more: what was given up the first time is had again.
      await shell.page.keyboard.type("echo half-");
      await shell.shows(/\$ echo half-$/);
      await leave(shell, server);
      await goBack(shell, 2);
      await shell.page.keyboard.type("typed\n");
      await shell.shows(/^half-typed$/m);
      assert.equal(await shell.count("half-typed"), 1);
      assert.deepEqual(await server.closedWith(key, 2), [4102, 4102]);
      assert.equal(await shell.pid(), pid);
      assert.equal((await server.sessions()).length, 1);
    },
  );
}

test("a tab that is duplicated after Back gets a shell of its own, as before", async (t) => {
  const server = await LoggingServer.start(t);
  const window = await keepingWindow(t);
  const first = await openShell(window, server);
  const pid = await first.pid();
  await leave(first, server);
  await goBack(first);
  await first.is("ready");
  const opened = window.waitForEvent("page");
  await first.page.evaluate(() => void open(location.href));
  const second = new Shell(await opened);
  await second.shows(/\$$/);
  assert.notEqual(await second.pid(), pid);
  await first.page.bringToFront();
  assert.equal(await first.pid(), pid);
});

test("a shell that exited meanwhile is said to have, on Back, behind its last words", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await keepingWindow(t), server);
  const key = await shell.key();
  await shell.type("mkfifo go; cat go; exit 7");
  await shell.shows(/exit 7$/m);
  await leave(shell, server);
  await server.write("go", "last words\n");
  await server.session(key, ({ exit }) => exit);
  await goBack(shell);
  await shell.shows(/last words[^]*── The shell has ended \(exit 7\)\. ──/);
  await shell.is("closed");
});

test("a shell that is gone by then is said to be, and what was typed for it reaches no other", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await keepingWindow(t), server);
  const pid = await shell.pid();
  await leave(shell, server);
  await server.mockRestart("nothing");
  await goBack(shell);
  await shell.shows(/The shell is gone\. A new one begins here\.[^]*\$$/);
  assert.notEqual(await shell.pid(), pid);
});

test("the page that one is left for may use the same session: each has it in turn, Back and Forward", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await keepingWindow(t), server);
  const [key, pid] = [await shell.key(), await shell.pid()];
  // Another page of the same application in the same tab finds the same id.
  await leave(shell, server, `/?second${server.url.hash}`);
  await shell.is("ready");
  assert.equal(await shell.pid(), pid);
  await shell.ask("echo second-$((40+2))", /^second-42$/m);
  await goBack(shell);
  await shell.is("ready");
  await shell.shows(/^second-42$/m);
  assert.equal(await shell.pid(), pid);
  await shell.page.evaluate(() => void history.forward());
  // Whether that page was kept is the browser's business: two pages with one lock were there.
  await shell.page.waitForFunction(() => location.search === "?second" && window.relatch);
  await shell.is("ready");
  assert.equal(await shell.pid(), pid);
  assert.equal(await shell.key(), key);
  assert.equal((await server.sessions()).length, 1);
});

test("an attempt on its way when the page is left is given up, and made again on Back", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await keepingWindow(t), server);
  const pid = await shell.pid();
  await server.fault("next", { delay_upgrade: 600_000 });
  const again = shell.next("connecting");
  await shell.page.evaluate(() => window.relatch.link.reconnect());
  await again;
  await leave(shell, server);
  await goBack(shell);
  await shell.is("ready");
  assert.equal(await shell.pid(), pid);
});

test("what waited to be sent is sent on Back, or said to be dropped once it has waited too long", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await keepingWindow(t), server);
  const lost = shell.next("waiting");
  await server.fault(await shell.key(), { down: 1_000 });
  await lost;
  await shell.page.evaluate(() => {
    window.dropped = [];
    window.relatch.link.addEventListener("dropped", ({ detail }) => window.dropped.push(detail));
    window.relatch.link.send("touch leaked\n");
  });
  await server.isBack();
  await leave(shell, server);
  await goBack(shell);
  await shell.ask("ls; echo listed-$((40+2))", /^listed-42$/m);
  assert.doesNotMatch(await shell.text(), /^leaked$/m);
  const dropped = await shell.page.evaluate(() => window.dropped);
  assert.deepEqual(dropped, [{ reason: "expired", messages: 1, bytes: 13, unknown: false }]);
});
