// Who may use the server, as the page tells it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWindow, Server, Shell } from "./stage.mjs";

for (const hash of ["#access=wrong", ""]) {
  test(`with the token "${hash}" the page says that it does not fit, and what to do`, async (t) => {
    const server = await Server.start(t);
    const page = await (await newWindow(t, { colorScheme: "light" })).newPage();
    await page.goto(`${server.url.origin}/${hash}`);
    await page.locator("#notice").getByText("Open the address that npm start has printed").waitFor();
    await new Shell(page).picture("wrong-token");
    assert.deepEqual(await server.sessions(), []);
  });
}

test("putting the right token into the address is enough", async (t) => {
  const server = await Server.start(t);
  const page = await (await newWindow(t)).newPage();
  await page.goto(`${server.url.origin}/#access=wrong`);
  await page.locator("#notice").waitFor();
  const loaded = page.waitForEvent("load");
  await page.evaluate((hash) => (location.hash = hash), server.url.hash);
  await loaded;
  await new Shell(page).shows(/\$$/);
});
