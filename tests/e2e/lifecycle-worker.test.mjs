// A worker, which has no window, no document and no storage.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newWindow } from "./stage.mjs";
import { bareServer } from "./stranger.mjs";

test("a link in a module worker resumes, hears of the network, and keeps its id in memory with one warning", async (t) => {
  const server = await bareServer(t, ["--shell"]);
  writeFileSync(join(server.www, "worker.js"), WORKER);
  const page = await (await newWindow(t)).newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(server.url.origin);
  await page.evaluate(startWorker, server.access);
  const told = (type, details = {}) => page.evaluate(([type, details]) => window.told(type, details), [type, details]);
  const ask = (line) => page.evaluate((line) => window.ask(line), line);

  const { key } = await told("made");
  await told("ready");
  const pid = await ask("echo is-$$-is");
  await server.fault(key, "rst");
  await told("statechange", { state: "waiting" });
  await told("resumed", { outcome: "ok" });
  assert.equal(await ask("echo is-$$-is"), pid);

  // The driver's own switch for the network leaves out what a worker is told.
  const say = (event) => page.evaluate((event) => window.worker.postMessage({ call: "say", event }), event);
  await say("offline");
  await server.fault(key, "rst");
  await told("statechange", { state: "offline" });
  await say("online");
  await told("statechange", { state: "connecting", reason: "online" });
  await told("resumed", { outcome: "ok" });
  assert.equal(await ask("echo is-$$-is"), pid);

  // A later link of the worker finds the session in its memory.
  await page.evaluate(() => window.worker.postMessage({ call: "again" }));
  assert.equal((await told("made")).key, key);
  await told("ready");
  assert.equal(await ask("echo is-$$-is"), pid);
  const warnings = await page.evaluate(() => window.all.filter(({ type }) => type === "warning"));
  assert.deepEqual(
    warnings.map(({ link, reason }) => ({ link, reason })),
    [
      { link: 1, reason: "storage" },
      { link: 2, reason: "storage" },
    ],
  );
  assert.deepEqual(errors, []);
  assert.equal((await server.sessions()).length, 1);
});

// Runs in the page: makes the worker, and hears what its links tell. Each thing told is given out once.
function startWorker(access) {
  window.all = [];
  let unheard = [];
  let look = () => {};
  window.worker = new Worker(`/worker.js#${access}`, { type: "module" });
  window.worker.onmessage = ({ data }) => {
    window.all.push(data);
    unheard.push(data);
    look();
  };
  window.told = (type, details) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ${type}: ${JSON.stringify(window.all)}`)), 9_000);
      look = () => {
        const fits = (one) =>
          one.type === type && Object.entries(details).every(([name, value]) => one[name] === value);
        const found = unheard.find(fits);
        if (!found) return;
        clearTimeout(late);
        unheard = unheard.slice(unheard.indexOf(found) + 1);
        look = () => {};
        resolve(found);
      };
      look();
    });
  window.ask = async (line) => {
    window.worker.postMessage({ call: "ask", line });
    return (await window.told("answer", {})).pid;
  };
}

const WORKER = `
import { connect } from "/index.js";
const TYPES = ["statechange", "ready", "resumed", "warning", "dropped", "gap", "error"];
let link;
let links = 0;
let text = "";
let asked = 0;

async function make() {
  const number = ++links;
  link = await connect("/terminal", { resume: true, auth: () => location.hash.slice(1) });
  for (const type of TYPES) link.addEventListener(type, ({ detail }) => postMessage({ link: number, type, ...detail }));
  const utf8 = new TextDecoder();
  text = "";
  asked = 0;
  link.addEventListener("message", ({ data }) => {
    text += utf8.decode(data, { stream: true });
    answer();
  });
  postMessage({ type: "made", key: link.sessionKey });
}

/** The shell says it behind its echo, which has no number. */
function answer() {
  const found = [...text.matchAll(/is-(\\d+)-is/g)];
  if (asked && text.includes(asked + "-end") && found.length) {
    asked = 0;
    postMessage({ type: "answer", pid: found.at(-1)[1] });
  }
}

onmessage = ({ data }) => {
  if (data.call === "ask") {
    asked = Math.floor(Math.random() * 1e9);
    link.send(data.line + "; echo " + asked + "'-end'\\n");
  } else if (data.call === "say") {
    dispatchEvent(new Event(data.event));
  } else {
    link.dispose();
    void make();
  }
};
await make();
`;
