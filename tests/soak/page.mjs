// What runs in the page of the long stream.

/**
 * Opens a link and lets a stream flow: types its pieces as its blocks come, and posts what it receives to the sink. Playwright carries it
 * into the page, so it uses nothing from outside.
 *
 * `input` is all that is to be typed, in base64, `typed` how many pieces of it earlier pages have typed, and `ahead` how many blocks may
 * be asked for before they came. Nothing more is typed until `stream.go()` says up to which block.
 */
export async function startStream({ access, sink, input, typed, shape, ahead }) {
  const { connect } = await import("/index.js");
  const link = await connect("/terminal", {
    resume: true,
    kind: "source",
    auth: () => access,
    backoff: { base: 20, max: 200 },
    // Cuts come faster than on any network: no line lives for the 5 s that a link is used to.
    breaker: { failures: 1000, recovery: 500 },
    stableAfter: 100,
    // A server that stands still for a minute keeps what is typed waiting for longer than a person would want.
    queue: { age: 600_000 },
  });
  const pieces = Uint8Array.from(atob(input), (char) => char.charCodeAt(0));
  const done = link.pace();
  const [gaps, dropped, story] = [[], [], []];
  let at = 0;
  /** Bytes to come that paint a screen and are none of the stream. */
  let painting = 0;
  let limit = typed;

  const type = () => {
    const blocks = Math.floor(Math.max(0, at - shape.readyBytes) / shape.blockBytes);
    const due = at < shape.readyBytes ? 0 : Math.min(blocks + ahead, limit);
    for (; typed < due; typed++) {
      link.send(pieces.slice(typed * shape.pieceBytes, (typed + 1) * shape.pieceBytes));
    }
  };

  // One post at a time; what comes meanwhile goes together with the next.
  let waiting = [];
  let posting;
  const post = async () => {
    while (waiting.length) {
      const first = waiting[0].at;
      let end = first;
      let count = 0;
      for (; count < waiting.length && waiting[count].at === end; count++) end += waiting[count].data.byteLength;
      const body = new Uint8Array(end - first);
      for (const piece of waiting.splice(0, count)) body.set(new Uint8Array(piece.data), piece.at - first);
      await fetch(`${sink}/?at=${first}`, { method: "POST", mode: "no-cors", body });
      done(body.length);
    }
    posting = undefined;
  };

  link.addEventListener("resumed", ({ detail }) => {
    at = detail.offset;
    painting = 0;
  });
  link.addEventListener("gap", ({ detail }) => {
    at = detail.to;
    painting = detail.snapshot ?? 0;
    // Without a `from` it only says that a page without a screen does not get all from the beginning.
    if (detail.from !== undefined) gaps.push(detail);
  });
  link.addEventListener("dropped", ({ detail }) => dropped.push(detail));
  link.addEventListener("message", ({ data }) => {
    const painted = Math.min(painting, data.byteLength);
    painting -= painted;
    if (painted) done(painted);
    if (painted < data.byteLength) {
      waiting.push({ at, data: data.slice(painted) });
      at += data.byteLength - painted;
      posting ??= post();
    }
    type();
  });

  let lostAt;
  let returns = [];
  link.addEventListener("statechange", ({ detail }) => {
    const now = performance.now();
    story.push({ now, ...detail });
    if (detail.previous === "ready") lostAt ??= now;
    if (detail.state !== "ready" || lostAt === undefined) return;
    for (const tell of returns) tell({ ms: now - lostAt });
    returns = [];
    lostAt = undefined;
  });

  const frame = () => new Promise((resolve) => setTimeout(resolve, 10));
  const isSettled = () => {
    const { inputSent, inputAcked, queuedBytes } = link.snapshot();
    const answered = at >= shape.readyBytes + limit * shape.blockBytes;
    return answered && !waiting.length && !posting && inputSent === inputAcked && queuedBytes === 0;
  };
  window.stream = {
    link,
    story,
    /** Resolves once the line has been lost and is there again: after how long. Counted from the call. */
    back: () => new Promise((resolve) => returns.push(resolve)),
    is: async (...states) => {
      while (!states.includes(link.state)) await frame();
      return link.state;
    },
    /** Resolves once all that was typed is acknowledged, answered and stored. */
    settle: async () => {
      while (!isSettled()) await frame();
    },
    /** Types on, up to this block. */
    go: (block) => {
      limit = block;
      type();
    },
    /** Calls again and again, until the silent line is given up. */
    whileSilent: async (call) => {
      const before = story.length;
      while (story.length === before) {
        call();
        await frame();
      }
    },
    /** Says hello for the session on a socket of its own, with other fields; resolves to the code that it is closed with. */
    helloAs: (fields) =>
      new Promise((resolve) => {
        const socket = new WebSocket(new URL("/terminal", location.origin.replace("http", "ws")), "relatch.v1");
        const plain = { v: 1, sid: link.sessionId, project: "default", auth: access, inst: "stranger", try: 1 };
        const rest = { want: "resume", take: true, done: 0, in_lo: 0, in_hi: 0 };
        socket.onopen = () => socket.send(JSON.stringify({ t: "hello", ...plain, ...rest, ...fields }));
        socket.onclose = ({ code }) => resolve(code);
      }),
    end: async () => {
      await posting;
      return { gaps, dropped, snapshot: link.snapshot() };
    },
  };
}
