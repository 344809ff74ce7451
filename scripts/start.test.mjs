// `npm start` as its user meets it, from wherever it is called, and what the scripts say when something is missing.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { start, stop } from "./process.mjs";
import { inProject, root, which } from "./project.mjs";

test("npm start serves the page until Ctrl-C, and keeps its token", async (t) => {
  const cwd = folder(t);
  const port = await freePort();
  const first = await served(t, cwd, port);
  const second = await served(t, cwd, port);
  assert.match(first, new RegExp(`^http://127\\.0\\.0\\.1:${port}/#access=\\w+$`));
  assert.equal(second, first);
});

test("a taken port is named, with a way out", async (t) => {
  const taken = await listening(0);
  t.after(() => taken.close());
  const { port } = taken.address();
  const { code, output } = await script(t, "start.mjs", [], { PORT: String(port) }).end();
  assert.equal(code, 1);
  assert.match(output, new RegExp(`Port ${port} is taken by another program. Choose another: PORT=`));
});

test("a port that is none is named, with its range", async (t) => {
  const { code, output } = await script(t, "start.mjs", [], { PORT: "70000" }).end();
  assert.equal(code, 1);
  assert.match(output, /PORT is "70000"; it must be 0 to 65535/);
});

test("a CHROME that is no program is named", async (t) => {
  const { code, output } = await script(t, "setup.mjs", ["--tests"], { CHROME: "/nonexistent" }).end();
  assert.equal(code, 1);
  assert.match(output, /CHROME is "\/nonexistent", which is no program/);
});

test("without a browser and apt-get, what to install is said", async (t) => {
  const none = { CHROME: undefined, CHROMEDRIVER: undefined };
  const { code, output } = await script(t, "setup.mjs", ["--tests"], { ...none, PATH: bare(t) }).end();
  assert.equal(code, 1);
  assert.match(output, /Chromium or its driver, .* is missing\. Install Chromium .*, or set CHROME and CHROMEDRIVER/);
  assert.match(output, /sudo apt-get install chromium chromium-driver/);
});

test("without Firefox or WebKit and apt-get, what to install is said", async (t) => {
  // Whatever is named is taken: here a program that is certainly there.
  const chromium = { CHROME: process.execPath, CHROMEDRIVER: process.execPath };
  const none = { FIREFOX: undefined, GECKODRIVER: undefined, MINIBROWSER: undefined, WEBKIT_DRIVER: undefined };
  for (const [given, said] of [
    [none, /Firefox, .* is missing\. Install Firefox, or set FIREFOX .*sudo apt-get install firefox-esr/s],
    [
      { ...none, FIREFOX: process.execPath, GECKODRIVER: process.execPath },
      /WebKitGTK, .* is missing\. Install WebKitGTK's driver .*sudo apt-get install webkit2gtk-driver xvfb/s,
    ],
  ]) {
    const { code, output } = await script(t, "setup.mjs", ["--engines"], {
      ...chromium,
      ...given,
      PATH: bare(t),
    }).end();
    assert.equal(code, 1);
    assert.match(output, said);
  }
});

test("an engine or a suite that there is not is named, with those that there are", async (t) => {
  for (const [words, said] of [
    [["firefox", "presto"], /there is no "presto"; there are: wasm chromium firefox e2e webkit/],
    [["webkit", "wasm"], /there is no run of webkit wasm/],
  ]) {
    const { code, output } = await script(t, "engines.mjs", words).end();
    assert.equal(code, 1);
    assert.match(output, said);
  }
});

test("an option of the soak that cannot be is named, with what it may be", async (t) => {
  for (const [args, said] of [
    [["--cuts", "many"], /--cuts is "many"; it must be a number from 0 to 1000000/],
    [["--megabytes", "1"], /--megabytes is 1; so many cuts, reloads and pauses need at least \d+/],
    [["--only", "half"], /--only is "half"; it must be stream or gaps/],
    [["--nonsense"], /Unknown option '--nonsense'/],
  ]) {
    const { code, output } = await script(t, "soak.mjs", args).end();
    assert.equal(code, 1);
    assert.match(output, said);
  }
});

test("a checkout called through a link runs", async (t) => {
  const link = join(folder(t), "checkout");
  symlinkSync(root, link);
  const { code, output } = await run(t, join(link, "scripts/test.mjs"), ["nosuchsuite"]).end();
  assert.equal(code, 1);
  assert.match(output, /there is no suite "nosuchsuite"; there are: format /);
});

/** Starts the page, looks at it, and ends it as Ctrl-C does; returns the address it printed. */
async function served(t, cwd, port) {
  const started = script(t, "start.mjs", [], { PORT: String(port) }, cwd);
  const [, address] = await started.prints(/Open this page: {2}(\S+)\n/);
  const page = await fetch(address, { headers: { connection: "close" } });
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<div id="terminal">/);
  process.kill(started.pid, "SIGINT");
  assert.equal((await started.end()).code, 130);
  await closed(await listening(port));
  return address;
}

function script(t, name, ...rest) {
  return run(t, inProject("scripts", name), ...rest);
}

/** Runs a script; it ends with the test at the latest. */
function run(t, path, args, env, cwd) {
  const child = start(process.execPath, [path, ...args], { env, cwd, stdout: "pipe", stderr: "pipe" });
  t.after(() => stop(child));
  let output = "";
  const heard = (chunk) => (output += chunk);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", heard);
  const end = async () => ({ code: await child.ended, output });
  /** Resolves to the match once the output has one. */
  const prints = (pattern) =>
    new Promise((resolve, reject) => {
      child.stdout.on("data", () => {
        const match = pattern.exec(output);
        if (match) resolve(match);
      });
      end().then(({ code }) => reject(new Error(`it ended (${code}): ${output}`)), reject);
    });
  return { pid: child.pid, end, prints };
}

/** A PATH of nothing but what builds. */
function bare(t) {
  const path = folder(t);
  for (const tool of ["cargo", "rustc", "cc", "wasm-pack", "wasm-bindgen"].map(which).filter(Boolean))
    symlinkSync(tool, join(path, basename(tool)));
  return path;
}

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "relatch-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function freePort() {
  const probe = await listening(0);
  const { port } = probe.address();
  await closed(probe);
  return port;
}

function closed(server) {
  return new Promise((resolve) => server.close(resolve));
}

function listening(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server));
  });
}
