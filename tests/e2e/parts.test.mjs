// What is loaded only for a page that asks for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bareServer } from "./stranger.mjs";
import { newWindow } from "./stage.mjs";

/** The file that each option asks for, and a value of the option. */
const PARTS = [
  ["probe.js", { probeUrl: "/" }],
  ["tabs.js", { sharedRetries: true }],
  ["debug.js", { debug: true }],
];

/** Makes a link with these options, and disposes of it. What it throws, as `name: message`, or "nothing"; and which scripts came. */
const tried = async (options) => {
  const { connect } = await import("/index.js");
  const thrown = await connect("/terminal", { storage: "memory", ...options }).then(
    (link) => void link.dispose(),
    ({ name, message, cause }) => `${name}: ${message}, since ${cause?.name}`,
  );
  const scripts = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
  return [thrown ?? "nothing", scripts.filter((path) => /^\/(probe|tabs|debug)\.js$/.test(path))];
};

test("a part is loaded with its option and not without", async (t) => {
  const server = await bareServer(t);
  const page = await (await newWindow(t)).newPage();
  for (const [options, scripts] of [[{}, []], ...PARTS.map(([file, options]) => [options, [`/${file}`]])]) {
    await page.goto(server.url.origin);
    assert.deepEqual(await page.evaluate(tried, options), ["nothing", scripts]);
  }
});

test("a part that does not load leaves the links that are there alone, and the next one too", async (t) => {
  const server = await bareServer(t, [], ["probe.js"]);
  const window = await newWindow(t);
  const page = await window.newPage();
  await page.goto(server.url.origin);
  const states = await page.evaluate(async (access) => {
    const { connect } = await import("/index.js");
    const open = async (name, options) => {
      const link = await connect("/terminal", { name, storage: "memory", auth: () => access, ...options });
      await new Promise((resolve) => link.addEventListener("ready", resolve));
      return link;
    };
    const link = await open("first");
    const failed = await open("second", { probeUrl: "/" }).catch(({ name }) => name);
    const next = await open("third");
    const echoed = new Promise((resolve) => link.addEventListener("message", resolve));
    link.send("still here");
    const { data } = await echoed;
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    return [link.state, failed, next.state, text];
  }, server.access);
  assert.deepEqual(states, ["ready", "LoadError", "ready", "still here"]);
});

test("a part that does not load is a LoadError, and the link's name is kept by nobody", async (t) => {
  const server = await bareServer(
    t,
    [],
    PARTS.map(([file]) => file),
  );
  const page = await (await newWindow(t)).newPage();
  await page.goto(server.url.origin);
  for (const [, options] of PARTS) {
    const [thrown] = await page.evaluate(tried, options);
    assert.equal(thrown, "LoadError: relatch: a part of it did not load, since TypeError");
    const [next] = await page.evaluate(tried, {});
    assert.equal(next, "nothing");
  }
});
