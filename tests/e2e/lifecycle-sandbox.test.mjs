// A sandboxed frame: its origin is opaque, so it has no storage, no locks, and names itself "null".
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newWindow } from "./stage.mjs";
import { bareServer } from "./stranger.mjs";

test("a sandboxed frame has its terminal for as long as it lives, and one warning that it keeps nothing", async (t) => {
  const server = await bareServer(t, ["--shell", "--allow-origin", "null"]);
  const { frame, errors } = await openFrame(t, server);
  assert.deepEqual(await frame.evaluate(whatIsMissing), ["sessionStorage", "localStorage", "locks"]);
  await frame.evaluate(openShell, server.access);
  const pid = await frame.evaluate(() => window.pid());
  await server.fault(await frame.evaluate(() => window.link.sessionKey), "rst");
  await frame.waitForFunction(() => window.told.filter(({ type }) => type === "ready").length === 2);
  assert.equal(await frame.evaluate(() => window.pid()), pid);
  const warnings = await frame.evaluate(() => window.told.filter(({ type }) => type === "warning"));
  assert.deepEqual(warnings, [{ type: "warning", reason: "storage" }]);
  assert.deepEqual(errors, []);
  assert.equal((await server.sessions()).length, 1);
});

test("a server that was not told to let sandboxed frames in does not", async (t) => {
  const server = await bareServer(t, ["--shell"]);
  const { frame } = await openFrame(t, server);
  const failed = await frame.evaluate(
    () =>
      new Promise((resolve) => {
        const url = new URL("/terminal", location.href);
        url.protocol = "ws:";
        const socket = new WebSocket(url, "relatch.v1");
        socket.onopen = () => resolve("open");
        socket.onclose = ({ code }) => resolve(code);
      }),
  );
  assert.equal(failed, 1006);
});

/** A page with a sandboxed frame in it, and what errors the two have. */
async function openFrame(t, server) {
  writeFileSync(join(server.www, "frame.html"), "<!doctype html><title>A frame</title>");
  const page = await (await newWindow(t)).newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(server.url.origin);
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const frame = document.createElement("iframe");
        frame.sandbox = "allow-scripts";
        frame.src = "/frame.html";
        frame.onload = resolve;
        document.body.append(frame);
      }),
  );
  // The other engines have to be asked.
  return { frame: (await page.frames())[1], errors };
}

// Runs in the frame.
async function whatIsMissing() {
  const missing = [];
  for (const storage of ["sessionStorage", "localStorage"]) {
    try {
      window[storage];
    } catch {
      missing.push(storage);
    }
  }
  await navigator.locks.request("any", () => {}).catch(() => missing.push("locks"));
  return missing;
}

// Runs in the frame.
async function openShell(access) {
  const { connect } = await import("/index.js");
  const link = await connect("/terminal", { resume: true, auth: () => access });
  const told = [];
  for (const type of ["ready", "warning", "error", "dropped"])
    link.addEventListener(type, ({ detail }) => told.push({ type, ...detail }));
  let text = "";
  let look = () => {};
  const utf8 = new TextDecoder();
  link.addEventListener("message", ({ data }) => {
    text += utf8.decode(data, { stream: true });
    look();
  });
  let asked = 0;
  const pid = () =>
    new Promise((resolve) => {
      const answer = new RegExp(`is-${++asked}-(\\d+)`);
      link.send(`echo is-${asked}-$$\n`);
      look = () => answer.test(text) && resolve(answer.exec(text)[1]);
      look();
    });
  Object.assign(window, { link, told, pid });
}
