// The one helper of the package's tests: somebody who installs the packed tarball, bundles a small program, and opens it.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { start } from "../../scripts/process.mjs";
import { inProject } from "../../scripts/project.mjs";
import { newWindow, Server } from "../e2e/stage.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** A line through a real server and back, by each of the ways to bundle. `where` is an entry of the package. */
export const echo = (where) => `
import { connect } from "${where}";

export async function echo({ server, access }) {
  // With what is loaded only for those who ask for it.
  const parts = { sharedRetries: true, probeUrl: location.href, debug: true };
  const link = await connect(server, { auth: () => access, resume: true, ...parts });
  const decoder = new TextDecoder();
  let heard = "";
  return new Promise((resolve, reject) => {
    link.addEventListener("error", ({ detail }) => reject(new Error(detail.reason)));
    link.addEventListener("message", ({ data }) => {
      heard += decoder.decode(data, { stream: true });
      if (heard.includes("over and out\\n")) resolve(link.state + ": " + heard.trim());
    });
    link.send("over and out\\n");
  });
}
`;

/** Runs in the page: what the test says of the server is in the fragment, and what came of it is in \`told\`. */
const asked = "Object.fromEntries(new URLSearchParams(location.hash.slice(1)))";
const tell = (promise) =>
  `${promise}.then((told) => { window.told = told; }, (error) => { window.told = String(error); });\n`;

/** The program of a page, whose parts are in files of those names. */
export const programs = {
  /** The page itself has the link. */
  page: (where = "relatch") => ({
    "echo.js": echo(where),
    "main.js": `import { echo } from "./echo.js";\n${tell(`echo(${asked})`)}`,
  }),
  /** A worker of the page has it; \`type\` is what the worker is made with. */
  worker: (where = "relatch") => ({
    "echo.js": echo(where),
    "worker.js": `
import { echo } from "./echo.js";
addEventListener("message", ({ data }) => {
  echo(data).then((told) => postMessage(told), (error) => postMessage(String(error)));
});
`,
    "main.js": `
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => { window.told = data; };
worker.onerror = ({ message }) => { window.told = message; };
worker.postMessage(${asked});
`,
  }),
  /** An xterm.js terminal has it, through the addon. */
  terminal: {
    "main.js": `
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { connect } from "relatch";
import { RelatchAddon } from "relatch/xterm";

async function shown({ server, access }) {
  const terminal = new Terminal();
  terminal.open(document.body);
  const link = await connect(server, { auth: () => access, resume: true });
  terminal.loadAddon(new RelatchAddon(link));
  terminal.input("over and out\\r");
  return new Promise((resolve) =>
    terminal.onWriteParsed(() => {
      const line = terminal.buffer.active.getLine(0).translateToString(true);
      if (line.includes("over and out")) resolve(link.state + ": " + line);
    }),
  );
}

${tell(`shown(${asked})`)}`,
  },
};

/** What each of these programs tells. */
export const ECHOED = "ready: over and out";

/** A page with a script; it is given as an address relative to the page. */
export const html = (script) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`;

/** No script, no style and no connection but those that the page needs; LINK is the Relatch server's origin. */
export const policy = (connect) =>
  `default-src 'none'; img-src data:; script-src 'self' 'wasm-unsafe-eval'; connect-src ${connect}`;

/** Somebody who has one browser, and makes projects. */
export class User {
  #installed;
  #window;

  static start(t) {
    const user = new User();
    user.t = t;
    return user;
  }

  /** A project with the tarball installed, and xterm.js; `files` are written by their names. */
  async project(files = {}) {
    this.#installed ??= await this.#install();
    const folder = this.#folder();
    cpSync(this.#installed, folder, { recursive: true });
    put(folder, files);
    return folder;
  }

  async #install() {
    const folder = this.#folder();
    put(folder, { "package.json": JSON.stringify({ name: "user", private: true, type: "module" }) });
    const quiet = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await runIn(folder, "npm", ["install", ...quiet, process.env.PACKAGE]);
    // As it is already on this machine: its parts that programs import, not its sources.
    for (const part of ["package.json", "lib", "css", "typings"]) {
      const xterm = join("node_modules/@xterm/xterm", part);
      cpSync(inProject(xterm), join(folder, xterm), { recursive: true });
    }
    return folder;
  }

  #folder() {
    const folder = mkdtempSync(join(tmpdir(), "relatch-user-"));
    this.t.after(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Opens a folder's index.html, and uses it: by default that returns what its program tells. */
  async opened(folder, { policy, use } = {}) {
    const { origin, demand } = await served(this.t, folder, policy);
    return this.visited(`${origin}/index.html`, { demand, use });
  }

  /** The same for a page that something else serves. It must come without an error in the console. */
  async visited(address, { demand = () => {}, use = told } = {}) {
    const server = await Server.start(this.t, { terminal: ["--allow-origin", new URL(address).origin] });
    const link = new URL("/terminal", server.url);
    link.protocol = "ws:";
    demand(link.origin);
    this.#window ??= await watched(this.t);
    const page = await this.#window.newPage();
    const complaints = complaintsOf(page);
    let result;
    try {
      await page.goto(`${address}#${new URLSearchParams({ server: link.href, access: server.access })}`);
      result = await use(page);
    } catch (error) {
      // What the page complained of says more.
      complaints.push(String(error));
    }
    await page.close();
    assert.deepEqual(complaints, [], "the page had nothing to complain of");
    return result;
  }
}

/** What the page's program tells. */
async function told(page) {
  const said = await page.waitForFunction(() => window.told);
  return said.jsonValue();
}

/** All that goes wrong in a page, from now on. */
function complaintsOf(page) {
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
  });
  return complaints;
}

/** A window in which what a Content-Security-Policy forbids is an error. */
async function watched(t) {
  const window = await newWindow(t);
  await window.addInitScript(() =>
    addEventListener("securitypolicyviolation", (event) => console.error(event.violatedDirective, event.blockedURI)),
  );
  return window;
}

/** Runs a program in a folder and returns what it prints; throws that if it fails. */
export async function runIn(cwd, program, args) {
  const child = start(program, args, { cwd, stdout: "pipe", stderr: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await child.ended;
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed (${code}):\n${output}`);
  return output;
}

/** Writes files into a folder. */
export function put(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/**
 * Serves a folder's files as a plain web server does, which knows nothing of Relatch. `policy` is a Content-Security-Policy; where it says
 * LINK, it means the Relatch server.
 */
async function served(t, folder, policy) {
  const headers = {};
  const server = createServer(({ url }, response) => {
    const path = join(folder, new URL(url, "http://host").pathname);
    try {
      const bytes = readFileSync(path);
      response
        .writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", ...headers })
        .end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const demand = (link) => policy && (headers["Content-Security-Policy"] = policy.replaceAll("LINK", link));
  return { origin: `http://127.0.0.1:${server.address().port}`, demand };
}
