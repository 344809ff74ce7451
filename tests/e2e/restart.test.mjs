// The server's process is replaced by another: its shells are gone.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newWindow, openShell, Server } from "./stage.mjs";

test("the loss of the shell is said, and nothing typed for it reaches the next", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const pid = await shell.pid();
  await shell.ask("echo once-$((40+2))", /^once-42$/m);
  await server.restart(async () => {
    await shell.is("waiting");
    await shell.type("touch leaked");
  });
  await shell.shows(/The shell is gone\. A new one begins here\.[^]*\$$/);
  assert.match(await shell.status(), /\(13 bytes\)/);
  await shell.picture("restarted");
  assert.notEqual(await shell.pid(), pid);
  assert.equal(existsSync(join(server.home, "leaked")), false);
  assert.equal(await shell.count("once-42"), 1, "what the old shell printed can still be read");
});

test("a page opened before a restart still has the right token", async (t) => {
  const server = await Server.start(t);
  const { access } = server;
  await server.restart();
  assert.equal(server.access, access);
});
