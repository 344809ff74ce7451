// A page that is left for good, or loaded anew, while nobody keeps it: the browser ends its socket itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LoggingServer, RETENTION, RETENTION_LEFT } from "./lifecycle.mjs";
import { newWindow, openShell } from "./stage.mjs";
import { bareServer } from "./stranger.mjs";

for (const [name, query, kept] of [
  ["with resume", "", RETENTION],
  ["in passthrough", "?passthrough", RETENTION_LEFT],
]) {
  test(`${name}, a page that is left says 1001, and its shell is kept for ${kept / 60_000} min`, async (t) => {
    const server = await LoggingServer.start(t);
    const shell = await openShell(await newWindow(t), server, { query });
    const key = await shell.key();
    await shell.page.goto("about:blank");
    assert.deepEqual(await server.closedWith(key), [1001]);
    const { retainedForMs, detachedForMs } = await server.session(key, ({ attached }) => !attached);
    const sum = retainedForMs + detachedForMs;
    assert.ok(sum > kept - 100 && sum <= kept, `${sum}`);
  });

  test(`${name}, a reload says 1001, and finds the shell`, async (t) => {
    const server = await LoggingServer.start(t);
    const shell = await openShell(await newWindow(t), server, { query });
    const [key, pid] = [await shell.key(), await shell.pid()];
    await shell.page.reload();
    await shell.is("ready");
    assert.deepEqual(await server.closedWith(key), [1001]);
    assert.equal(await shell.pid(), pid);
    assert.equal((await server.sessions()).length, 1);
  });
}

test("a reload in the middle of an attempt leaves nothing of it behind", async (t) => {
  const server = await LoggingServer.start(t);
  const shell = await openShell(await newWindow(t), server);
  const pid = await shell.pid();
  await server.fault("next", { delay_upgrade: 600_000 });
  const again = shell.next("connecting");
  await shell.page.evaluate(() => window.relatch.link.reconnect());
  await again;
  await shell.page.reload();
  await shell.is("ready");
  assert.equal(await shell.pid(), pid);
  assert.equal((await server.sessions()).length, 1);
});

test("two links of one page find each its own session after a reload", async (t) => {
  const server = await bareServer(t, ["--shell"]);
  const page = await (await newWindow(t)).newPage();
  await page.goto(server.url.origin);
  const first = await page.evaluate(openTwo, server.access);
  assert.notEqual(first[0].id, first[1].id);
  assert.notEqual(first[0].pid, first[1].pid);
  for (let reload = 0; reload < 2; reload++) {
    await page.reload();
    assert.deepEqual(await page.evaluate(openTwo, server.access), first);
  }
  assert.equal((await server.sessions()).length, 2);
});

// Runs in the page: opens two links, and asks the shell of each for its process id.
async function openTwo(access) {
  const { connect } = await import("/index.js");
  const ask = async (name) => {
    const link = await connect("/terminal", { name, resume: true, auth: () => access });
    const utf8 = new TextDecoder();
    let text = "";
    const pid = new Promise((resolve) =>
      link.addEventListener("message", ({ data }) => {
        text += utf8.decode(data, { stream: true });
        // What an earlier page asked is there as well.
        const answers = [...text.matchAll(/is-(\d+)-is/g)];
        if (answers.length) resolve(answers.at(-1)[1]);
      }),
    );
    link.send("echo is-$$-'is'\n");
    return { id: link.sessionId, pid: await pid };
  };
  return Promise.all(["left", "right"].map(ask));
}
