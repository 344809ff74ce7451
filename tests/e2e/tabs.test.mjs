// Several pages, or several links in one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWindow, openShell, Server, Shell } from "./stage.mjs";

test("without resume, a duplicated tab takes the shell over, and the first can take it back", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  const first = await openShell(window, server, { query: "?passthrough" });
  const pid = await first.pid();
  // A tab opened by a page begins with a copy of its sessionStorage, as a duplicated tab does.
  const opened = window.waitForEvent("page");
  await first.page.evaluate(() => void open(location.href));
  const second = new Shell(await opened);
  await second.is("ready");
  await first.is("superseded");
  await first.page.bringToFront();
  await first.picture("superseded");
  assert.equal(await second.pid(), pid);

  await first.page.locator("#notice").getByRole("button", { name: "Use it here" }).click();
  await first.is("ready");
  await second.is("superseded");
  assert.equal(await first.pid(), pid);
  assert.equal((await server.sessions()).length, 1);
});

test("two tabs of their own have shells of their own", async (t) => {
  const server = await Server.start(t);
  const window = await newWindow(t);
  const first = await openShell(window, server);
  const second = await openShell(window, server);
  assert.notEqual(await first.pid(), await second.pid());
});

test("20 links of one page are 20 shells, none mixed up", async (t) => {
  const server = await Server.start(t);
  const page = await (await newWindow(t)).newPage();
  await page.goto(`${server.url.origin}/links.html?links=20${server.url.hash}`);
  await page.waitForFunction(
    () => window.links?.length === 20 && window.links.every(({ link }) => link.state === "ready"),
  );
  await page.evaluate(() => {
    // Bytes: in a text frame this server expects a control message.
    const type = (link, line) => link.send(new TextEncoder().encode(`${line}\r`));
    window.links.forEach(({ link }, i) => type(link, `echo mine-$((1000+${i}))-$$-end`));
  });
  await page.waitForFunction(() => window.links.every(({ text }) => /mine-\d+-\d+-end/.test(text)));
  const said = await page.evaluate(() =>
    window.links.map(({ text }) => [...text.matchAll(/mine-(\d+)-(\d+)-end/g)].map((match) => [...match])),
  );
  await new Shell(page).picture("links");
  assert.deepEqual(
    said.map((matches) => matches.map((match) => match[1])),
    Array.from({ length: 20 }, (_, i) => [String(1000 + i)]),
  );
  assert.equal(new Set(said.map(([match]) => match[2])).size, 20);
  assert.equal((await server.sessions()).length, 20);
});
