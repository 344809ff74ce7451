// A stranger's page: nothing but the built package, a server with an echo, and a look at all that comes of them.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProject } from "../../scripts/project.mjs";
import { newWindow, Server } from "./stage.mjs";

/** A server of bare pages with the package beside them, but for files that are to be lacking. */
export async function bareServer(t, terminal = [], lacking = []) {
  const www = mkdtempSync(join(tmpdir(), "relatch-face-"));
  t.after(() => rmSync(www, { recursive: true, force: true }));
  cpSync(inProject("dist"), www, { recursive: true });
  for (const file of lacking) rmSync(join(www, file));
  writeFileSync(join(www, "index.html"), "<!doctype html><title>A stranger's page</title>");
  return Server.start(t, { www, terminal });
}

/** Such a server with an echo. `inPage(body)` loads a page, runs `body` in it and returns its result. */
export async function strangers(t) {
  const server = await bareServer(t);
  const window = await newWindow(t);
  await window.addInitScript(prepare, server.access);
  const page = await window.newPage();
  let errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  return async (body) => {
    await page.goto(server.url.origin);
    errors = [];
    const result = await page.evaluate(body);
    if (errors.length) throw new Error(`the page had errors: ${errors.join("; ")}`);
    return result;
  };
}

// Runs in the page, before anything else there.
function prepare(access) {
  const TYPES = "statechange ready retry reset superseded dropped warning error close message".split(" ");
  const PATIENCE_MS = 8000;

  /** Each WebSocket that was made: the address, the subprotocols, and what was sent. */
  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols);
      this.sent = [];
      window.sockets.push({ query: new URL(url).searchParams, protocols, sent: this.sent, socket: this });
    }
    send(data) {
      this.sent.push(typeof data === "string" ? data : new TextDecoder().decode(data));
      super.send(data);
    }
  };

  /** The server's access token. */
  window.access = access;

  /** Makes a link whose waits are short, to the echo. `events` has all that it told. */
  window.open = async (options = {}, url = "/terminal") => {
    const { connect } = await import("/index.js");
    const base = { auth: () => access, storage: "memory", backoff: { base: 10, jitter: "none" } };
    const link = await connect(url, { ...base, ...options });
    const events = [];
    const waiting = new Set();
    for (const type of TYPES) {
      link.addEventListener(type, ({ detail, data }) => {
        events.push({ type, ...detail, ...(type === "message" && { text: text(data) }) });
        for (const look of waiting) look();
      });
    }
    /** Resolves to the first event of this type, from the `from`th event on, that has these details. */
    const told = (type, details = {}, from = 0) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const fits = (event) => event.type === type && Object.entries(details).every(([k, v]) => event[k] === v);
          const found = events.slice(from).find(fits);
          if (!found) return;
          clearTimeout(late);
          waiting.delete(look);
          resolve(found);
        };
        const late = setTimeout(() => {
          const story = events.map((event) => JSON.stringify(event)).join("\n");
          reject(new Error(`no ${type} ${JSON.stringify(details)} in:\n${story}`));
        }, PATIENCE_MS);
        waiting.add(look);
        look();
      });
    /** The details of all events of a type. */
    const all = (type) => events.filter((event) => event.type === type).map(({ type: _, ...details }) => details);
    return { link, events, told, all };
  };

  const text = (data) => (typeof data === "string" ? data : new TextDecoder().decode(data));

  /** Makes the next connections fail, or a link's own one. */
  window.fault = async (fault, link, count) => {
    const target = link ? { session: link.sessionKey } : "next";
    const body = JSON.stringify({ target, fault, ...(count && { count }) });
    const until = Date.now() + PATIENCE_MS;
    let response;
    // A page has its line a moment before the server has attached it to the session.
    do response = await fetch(`/mock/faults?access=${access}`, { method: "POST", body });
    while (response.status === 404 && Date.now() < until);
    if (!response.ok) throw new Error(`the fault was refused: ${await response.text()}`);
  };

  /** The sessions that the server has, once they fit; or after long enough, as they are. */
  window.onServer = async (fits) => {
    const until = Date.now() + PATIENCE_MS;
    let sessions;
    do sessions = await (await fetch(`/mock/sessions?access=${access}`)).json();
    while (!fits(sessions) && Date.now() < until);
    return sessions;
  };

  /** What a call throws or a promise rejects with, as `name: message`; "nothing" if neither. */
  window.thrown = async (call) => {
    try {
      await call();
      return "nothing";
    } catch (error) {
      return `${error.name}: ${error.message}`;
    }
  };
}
