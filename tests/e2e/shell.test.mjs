// A shell in a page, while the line is whole.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWindow, openShell, Server } from "./stage.mjs";

test("what is typed reaches a shell, and what it prints is shown", async (t) => {
  const shell = await openShell(await newWindow(t), await Server.start(t));
  await shell.ask("echo $((6*7))", /^42$/m);
  assert.match(await shell.status(), /^Connected/);
  await shell.picture("ready");
});

test("the page has no errors of its own", async (t) => {
  const window = await newWindow(t);
  const errors = [];
  window.on("weberror", (error) => errors.push(String(error.error())));
  window.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const shell = await openShell(window, await Server.start(t));
  await shell.ask("echo $((6*7))", /^42$/m);
  assert.deepEqual(errors, []);
});

test("the shell knows the terminal's size, also after it has changed", async (t) => {
  const shell = await openShell(await newWindow(t), await Server.start(t));
  const size = () => shell.page.evaluate(() => `${window.relatch.terminal.rows} ${window.relatch.terminal.cols}`);
  const before = await size();
  await shell.ask("stty size", new RegExp(`^${before}$`, "m"));
  await shell.page.setViewportSize({ width: 600, height: 400 });
  await shell.page.waitForFunction(
    (before) => `${window.relatch.terminal.rows} ${window.relatch.terminal.cols}` !== before,
    before,
  );
  await shell.ask("stty size", new RegExp(`^${await size()}$`, "m"));
});

test("a large paste arrives whole", async (t) => {
  const shell = await openShell(await newWindow(t), await Server.start(t));
  // The terminal hands on at most 4,095 bytes of a line, so: many lines.
  const lines = Array.from({ length: 2_000 }, (_, i) => `${i} ${"é".repeat(20)}`);
  await shell.type("stty -echo; md5sum; stty echo");
  await shell.page.evaluate((text) => window.relatch.terminal.input(text), `${lines.join("\n")}\n\x04`);
  const { createHash } = await import("node:crypto");
  const sum = createHash("md5").update(`${lines.join("\n")}\n`);
  await shell.shows(new RegExp(sum.digest("hex")));
});

test("a reload finds the same shell, its screen neither doubled nor blank", async (t) => {
  const shell = await openShell(await newWindow(t), await Server.start(t));
  const pid = await shell.pid();
  await shell.ask("echo once-$((40+2))", /^once-42$/m);
  await shell.page.reload();
  await shell.shows(/^once-42$/m);
  assert.equal(await shell.pid(), pid);
  assert.equal(await shell.count("once-42"), 1);
});

test("a shell that ends is said to have, and another can be had", async (t) => {
  const shell = await openShell(await newWindow(t), await Server.start(t));
  const pid = await shell.pid();
  await shell.type("exit 3");
  const notice = shell.page.locator("#notice");
  await notice.getByText("The session has ended").waitFor();
  await shell.picture("ended");
  await notice.getByRole("button", { name: "New session" }).click();
  await shell.is("ready");
  await notice.waitFor({ state: "hidden" });
  assert.notEqual(await shell.pid(), pid);
});
