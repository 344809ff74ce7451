// Ways for a page to be loaded again. Nothing is under way then: what was typed and not acknowledged goes with a page, and what was not
// yet printed is in the screen that a new one gets, and no bytes any more.
//
// Each is given `{ page, road, load, flow }`; `load(page)` loads it and opens the stream in it, `flow(page)` lets that flow.
import { freezeAndResume, helloHeld, holds } from "./kinds.mjs";

export const RELOADS = {
  "a reload": ({ page, load }) => load(page),
  "a reload while the line is down": async ({ page, road, load }) => {
    road.close();
    await page.evaluate(() => stream.is("waiting", "connecting"));
    await load(page, { ready: false });
    road.reopen();
    await page.evaluate(() => stream.is("ready"));
  },
  // The page that comes takes the session from the one that went, and proves by its pong that it is there.
  "a reload, whose first pong is later than a newer one": async ({ page, road, load }) => {
    let late;
    road.meet({ replied: (line) => (late = line).up.hold() });
    await load(page, { ready: false });
    while (!late) await new Promise((resolve) => setTimeout(resolve, 5));
    await holds(late);
    await page.evaluate(freezeAndResume);
    await page.evaluate(() => stream.is("ready"));
    late.up.release();
    await late.over;
  },
  "a bye, then a late hello, then a reload": async ({ page, road, load }) => {
    const late = await helloHeld(page, road);
    const { line } = road;
    await page.evaluate(() => stream.link.dispose());
    await line.over;
    late.up.release();
    await late.over;
    await load(page);
  },
  "two pages, one of them reloading": async ({ page, load, flow }) => {
    const opened = page.context().waitForEvent("page");
    // A page that another opens begins with a copy of its sessionStorage, as a duplicated tab does.
    await page.evaluate(() => void open(location.href));
    const copy = await opened;
    await load(copy, { loaded: true });
    await page.evaluate(() => stream.is("superseded"));
    await flow(copy);
    await copy.evaluate(() => stream.settle());
    await load(page);
    await copy.evaluate(() => stream.is("superseded"));
    await copy.close();
  },
};
