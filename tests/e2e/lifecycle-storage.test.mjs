// A place that can be read, and keeps nothing more: full, or closed to writing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWindow, openShell, Server } from "./stage.mjs";

test("storage that cannot be written to is said once; the shell lives through cuts and ends with the page", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  await window.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("It is full.", "QuotaExceededError");
    };
    addEventListener("relatch", () => {
      window.warnings = [];
      window.relatch.link.addEventListener("warning", ({ detail }) => window.warnings.push(detail));
    });
  });
  const shell = await openShell(window, server);
  assert.match(await shell.status(), /This browser keeps nothing: a reload will not find this shell again/);
  const pid = await shell.pid();
  const back = shell.next("ready");
  await server.fault(await shell.key(), "rst");
  await back;
  assert.equal(await shell.pid(), pid);
  const { count, keys } = await shell.page.evaluate(() => ({
    count: window.warnings.length,
    keys: sessionStorage.length,
  }));
  assert.deepEqual({ count, keys }, { count: 1, keys: 0 });

  await shell.page.reload();
  await shell.shows(/\$$/);
  assert.notEqual(await shell.pid(), pid);
});

test("storage that fills up later is said then, and the shell that is there is found by a reload", async (t) => {
  const server = await Server.start(t);
  const shell = await openShell(await newWindow(t), server);
  const pid = await shell.pid();
  await shell.page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("It is full.", "QuotaExceededError");
    };
  });
  await shell.page.reload();
  await shell.is("ready");
  assert.equal(await shell.pid(), pid);
  assert.doesNotMatch(await shell.status(), /keeps nothing/);
});
