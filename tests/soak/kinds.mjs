// Ways to lose a line and have it back.
//
// Each is given `{ page, server, road, sink, random, fault, other }`, and one of its variants if it has any; `fault` strikes the session's
// line by the server's fault controls. It need not wait for the line to be back. One that `settles` is played while nothing is under way:
// a link that closes drops what was not acknowledged, and says so. One that is `armed` strikes by what flows after it. A `slow` one takes
// seconds, and is left to the soak.

/** Frames and bytes that a line is cut behind. */
const MESSAGES = 10;
const BYTES_DOWN = 40_000;
const BYTES_UP = 120;

const CUTS = ["rst", "fin"];

/** A close code's kind: the server sends it, and `after` brings the link back. */
const closing = (codes, after, more) => ({
  variants: codes,
  play: async (run, code) => {
    await run.fault({ close: { code } });
    await after?.(run);
  },
  ...more,
});

/** The link rests until its user acts. */
const reopened = async ({ page }) => {
  await page.evaluate(() => stream.is("closed", "superseded", "open-circuit"));
  await page.evaluate(() => stream.link.reconnect());
};

/** It goes on by itself the first time, and rests if that was tried a moment ago. */
const reopenedIfNeeded = async ({ page }) => {
  const back = page.evaluate(() => stream.back());
  const rests = page.evaluate(() => stream.is("closed"));
  if ((await Promise.race([back, rests])) === "closed") await page.evaluate(() => stream.link.reconnect());
};

export const KINDS = {
  "a reset": { play: ({ fault }) => fault("rst") },
  "an end without a close frame": { play: ({ fault }) => fault("fin") },
  "a cut between two frames": {
    variants: CUTS,
    armed: true,
    play: ({ fault, random }, how) => fault(how, { messages: 1 + random(MESSAGES) }),
  },
  "a cut inside a frame of the server's": {
    variants: CUTS,
    armed: true,
    play: ({ road, random }, how) => road.line.down.cutBehind(1 + random(BYTES_DOWN), how),
  },
  "a cut inside a frame of the page's": {
    variants: CUTS,
    armed: true,
    play: ({ road, random }, how) => road.line.up.cutBehind(1 + random(BYTES_UP), how),
  },
  "the server down for 300 ms": { play: ({ fault }) => fault({ down: 300 }) },
  "a reset, then an upgrade refused": {
    play: async ({ server, fault }) => {
      await server.fault("next", { refuse: 503 });
      await fault("rst");
    },
  },
  "a reset, then an upgrade that is late": {
    play: async ({ server, fault }) => {
      await server.fault("next", { delay_upgrade: 500 });
      await fault("rst");
    },
  },
  "the page's own reconnect()": { play: ({ page }) => page.evaluate(() => stream.link.reconnect()) },
  "half-open, both ways": {
    slow: true,
    play: async ({ page, fault }) => {
      await fault("half_open");
      // The page looks at its line when its network comes back.
      await page.evaluate(() => stream.whileSilent(() => dispatchEvent(new Event("online"))));
    },
  },
  "the page frozen by its browser": { play: ({ page }) => page.evaluate(freezeAndResume) },
  "a slow close": {
    // The old socket is not let go while the new one is made.
    play: async ({ page, road }) => {
      const old = road.line;
      old.up.hold();
      old.down.hold();
      await replaced(page);
      old.up.release();
      old.down.release();
    },
  },
  "the old socket readable after its replacement": {
    // The server hears of the replacement before it hears of the end: it goes on sending on the old one until then.
    play: async ({ page, road }) => {
      const old = road.line;
      old.up.hold();
      await replaced(page);
      await old.down.quiet(20);
      old.up.release();
    },
  },
  "a hello later than a newer one": {
    play: async ({ page, road }) => {
      const late = await helloHeld(page, road);
      late.up.release();
      await late.over;
    },
  },
  "the welcome lost": {
    play: async ({ road, fault }) => {
      const met = road.meet({ replied: (line) => line.cut("rst") });
      await fault("rst");
      await met;
    },
  },
  "the page's acks and typing lost": {
    play: async ({ road }) => {
      const { line } = road;
      line.up.swallow();
      await line.down.quiet(50);
      line.cut("rst");
    },
  },
  "the server's acks and output lost": {
    play: async ({ road }) => {
      const { line } = road;
      line.down.swallow();
      await line.up.quiet(50);
      line.cut("rst");
    },
  },
  "a slow reader, then a reset": {
    armed: true,
    play: async ({ sink, fault }) => void sink.slow(2, 200).then(() => fault("rst")),
  },
  "a line that stalls, then a reset": {
    variants: ["stall_writes", "stall_reads"],
    play: async ({ road, fault }, stall) => {
      await fault(stall);
      await road.line.down.quiet(50);
      await fault("rst");
    },
  },
  "resized to one column, then a reset": {
    play: async ({ page, fault }) => {
      const back = page.evaluate(() => stream.back());
      await page.evaluate(() => stream.link.resize(1, 24));
      await fault("rst");
      await back;
      await page.evaluate(() => stream.link.resize(80, 24));
    },
  },
  "a stranger turned away, then a reset": {
    variants: ["secret", "project", "token", "origin"],
    play: async ({ page, other, server, fault }, what) => {
      const secret = "s".repeat(43);
      const hello = { secret: { secret }, project: { secret, project: "other" }, token: { secret, auth: "wrong" } };
      const code =
        what === "origin"
          ? await other.evaluate(closeCode, `ws://${server.url.host}/terminal`)
          : await page.evaluate((fields) => stream.helloAs(fields), hello[what]);
      const due = { secret: 4404, project: 4404, token: 4401, origin: 1006 }[what];
      if (code !== due) throw new Error(`a stranger with another ${what} was answered with ${code}`);
      await fault("rst");
    },
  },
  "a code that is retried": closing([1000, 1001, 1011, 1012, 1014, 3001, 4200, 4408, 4500]),
  "a code that asks for 5 s": closing([1013, 4429], undefined, { slow: true }),
  "a code that asks for a new token": closing([1008, 3000, 4401], reopenedIfNeeded, { settles: true }),
  "a code that opens the breaker": closing([4000, 4099], reopened),
  "a code that stops the link": closing([1002, 1003, 1007, 1009, 1010, 3003, 4403], reopened, { settles: true }),
  "a code that says another page has it": closing([4409], reopened, { settles: true }),
  // The page gives its place up and attaches as one without a screen.
  "a code that says the page is wrong": closing([4400], undefined, { settles: true }),
};

/** The page makes a new line while it holds the old one for alive. */
async function replaced(page) {
  const back = page.evaluate(() => stream.back());
  await page.evaluate(() => stream.link.reconnect());
  await back;
}

/** The page says hello, gives that up and says another, which is answered. Resolves to the connection that holds the first one back. */
export async function helloHeld(page, road) {
  const back = page.evaluate(() => stream.back());
  const met = meetsUpgrade(road, (line) => line.up.hold());
  await page.evaluate(() => stream.link.reconnect());
  const late = await met;
  await holds(late);
  await page.evaluate(freezeAndResume);
  await back;
  return late;
}

/** Resolves to the next connection once its upgrade was answered; `then` happens before the page learns of it. */
function meetsUpgrade(road, then) {
  return new Promise((resolve) => {
    road.meet({
      upgraded: (line) => {
        then(line);
        resolve(line);
      },
    });
  });
}

/** Resolves once a connection holds something back. */
export async function holds({ up }) {
  while (!up.heldBytes) await new Promise((resolve) => setTimeout(resolve, 5));
}

// Run in the page: what a browser that freezes it does. A link that is trying lets its attempt go, too.
export function freezeAndResume() {
  document.dispatchEvent(new Event("freeze"));
  document.dispatchEvent(new Event("resume"));
}

// Runs in a page of another origin.
function closeCode(url) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, "relatch.v1");
    socket.onclose = ({ code }) => resolve(code);
  });
}
