// React in StrictMode mounts each component, unmounts it and mounts it again, all in one task.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { inProject } from "../../scripts/project.mjs";
import { keepSockets } from "./lifecycle.mjs";
import { newWindow } from "./stage.mjs";
import { bareServer } from "./stranger.mjs";

test("in StrictMode a component that connects in its effect has one session, one socket, and works", async (t) => {
  const { server, page, errors } = await openApp(t);
  await page.evaluate(() => window.show(true));
  const pid = await pidOf(page);
  assert.deepEqual(await page.evaluate(() => window.effects), ["mount", "unmount", "mount"]);
  assert.equal((await server.sessions()).length, 1);
  assert.equal(await openSockets(page), 1);

  // Taken away and shown again it is a new component, which finds the same shell.
  await page.evaluate(() => window.show(false));
  await page.waitForFunction(() => window.sockets.every(({ readyState }) => readyState === WebSocket.CLOSED));
  await page.evaluate(() => window.show(true));
  assert.equal(await pidOf(page), pid);
  assert.equal((await server.sessions()).length, 1);
  assert.equal(await openSockets(page), 1);
  assert.deepEqual(errors, []);
});

test("a component that goes at any moment leaves its session to the one after it", async (t) => {
  const { server, page, errors } = await openApp(t);
  // From the very task to well after the line is there.
  for (const ms of [0, 1, 2, 4, 8, 16, 32, 64, 128]) {
    await page.evaluate(async (ms) => {
      window.show(true);
      await new Promise((resolve) => setTimeout(resolve, ms));
      window.show(false);
      window.show(true);
    }, ms);
    await pidOf(page);
    assert.equal(await openSockets(page), 1, `after ${ms} ms`);
    await page.evaluate(() => window.show(false));
  }
  assert.equal((await server.sessions()).length, 1);
  assert.deepEqual(errors, []);
});

/** A server with an application of React's, the page that shows it, and the errors that come up in it. */
async function openApp(t) {
  const server = await bareServer(t, ["--shell"]);
  await build({
    stdin: { contents: APP, loader: "jsx", resolveDir: inProject() },
    outfile: join(server.www, "app.js"),
    bundle: true,
    format: "esm",
    jsx: "automatic",
    // Without it React does not mount twice.
    define: { "process.env.NODE_ENV": '"development"' },
    external: ["/index.js"],
    logLevel: "warning",
  });
  writeFileSync(
    join(server.www, "app.html"),
    `<!doctype html><title>An application</title><link rel="icon" href="data:,">
     <div id="app"></div><script type="module" src="/app.js"></script>`,
  );
  const window = await newWindow(t);
  await window.addInitScript(keepSockets);
  await window.addInitScript((access) => (window.access = access), server.access);
  const page = await window.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${server.url.origin}/app.html`);
  await page.waitForFunction(() => window.show);
  return { server, page, errors };
}

/** The process id of the shell that the component shows. */
async function pidOf(page) {
  await page.waitForFunction(() => window.link);
  const nonce = Math.random().toString(36).slice(2);
  await page.evaluate((nonce) => window.link.send(`echo ${nonce}-'is'-$$\n`), nonce);
  const found = await page.waitForFunction(
    (pattern) => new RegExp(pattern).exec(document.querySelector("#terminal")?.textContent),
    `${nonce}-is-(\\d+)`,
  );
  return (await found.jsonValue())[1];
}

const openSockets = (page) =>
  page.evaluate(() => window.sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length);

const APP = `
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { flushSync } from "react-dom";
import { connect } from "/index.js";

window.effects = [];

function Terminal() {
  const [text, setText] = useState("");
  useEffect(() => {
    window.effects.push("mount");
    const controller = new AbortController();
    const { signal } = controller;
    const utf8 = new TextDecoder();
    connect("/terminal", { resume: true, auth: () => window.access, signal }).then(
      (link) => {
        window.link = link;
        link.addEventListener("message", ({ data }) => {
          const more = utf8.decode(data, { stream: true });
          setText((text) => text + more);
        });
      },
      (error) => {
        if (!signal.aborted) throw error;
      },
    );
    return () => {
      window.effects.push("unmount");
      window.link = undefined;
      controller.abort();
    };
  }, []);
  return <pre id="terminal">{text}</pre>;
}

const root = createRoot(document.querySelector("#app"));
window.show = (isShown) => flushSync(() => root.render(<StrictMode>{isShown && <Terminal />}</StrictMode>));
`;
