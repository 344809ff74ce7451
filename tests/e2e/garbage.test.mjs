// A program that prints anything at all breaks neither the page nor the server.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newWindow, openShell, Server } from "./stage.mjs";

const SECONDS = 60;
/** The line is lost so often, in the middle of whatever was just printed. */
const LOSSES = 24;

/** How: by a reload, by the network, or by the page's own doing, after which it does not wait. */
const kindOf = (loss) => (loss % 6 === 5 ? "reload" : loss % 6 === 2 ? "rst" : "reconnect");

test(
  "a minute of random bytes, cut in any place, leaves page and shell as they were",
  { timeout: 180_000 },
  async (t) => {
    const server = await Server.start(t);
    const shell = await openShell(await newWindow(t), server);
    const errors = [];
    shell.page.on("pageerror", (error) => errors.push(error.message));
    const pid = await shell.pid();
    const key = await shell.key();

    const began = Date.now();
    await shell.type(`timeout ${SECONDS} cat /dev/urandom; touch over`);
    for (let loss = 0; loss < LOSSES; loss++) {
      const due = began + ((loss + 1) * SECONDS * 1000) / (LOSSES + 2);
      await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
      const before = (await server.session(key)).head;
      const kind = kindOf(loss);
      const back = kind === "reload" ? shell.page.reload() : shell.next("ready");
      if (kind === "rst") await server.fault(key, "rst");
      if (kind === "reconnect") await shell.page.evaluate(() => window.relatch.link.reconnect());
      await back;
      // The page takes what comes: the program is not held up by it.
      await server.session(key, ({ head, attached }) => attached && head > before + 300_000);
    }
    // What the page has yet to read may ask it for more answers, among what is typed here.
    await server.session(key, ({ head, acked }) => existsSync(join(server.home, "over")) && acked === head);

    // What the page's terminal was made to answer was typed into the shell, and what is on its screen is anyone's guess.
    await shell.page.keyboard.press("Control+c");
    await shell.type(String.raw`printf '\033\\\033c'; echo alive-$((40 + 2))`);
    await shell.shows(/^alive-42$/m);
    assert.equal(await shell.pid(), pid);
    assert.deepEqual(errors, []);
    const { received, attempts } = await shell.page.evaluate(() => window.relatch.link.snapshot());
    t.diagnostic(`${received} bytes of output, ${attempts} attempts of the last page`);
  },
);
