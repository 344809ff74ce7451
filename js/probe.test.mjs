import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: ["js/probe.ts"], bundle: true, format: "esm", write: false });
const { probe } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

/** A server that answers each request so; its address, and the requests that it has had. */
async function serve(t, answer) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(response);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/terminal?x=1`, requests };
}

const answer =
  (status, headers = {}, body = "") =>
  (response) =>
    response.writeHead(status, headers).end(body);

test("each status that explains a refusal is the close code that stands for it", async (t) => {
  const expected = {
    401: 4401,
    302: 4401,
    307: 4401,
    403: 4403,
    404: 1006,
    429: 4429,
    500: 1011,
    502: 1011,
    503: 1013,
    504: 1011,
    599: 1011,
  };
  for (const [status, code] of Object.entries(expected)) {
    const { url } = await serve(t, answer(+status, { location: "/elsewhere" }));
    assert.deepEqual(await probe(url), { status: +status, code, reason: "" }, status);
  }
});

test("other answers explain nothing", async (t) => {
  for (const status of [200, 204, 206, 304, 400, 405, 407, 408, 410, 418, 421, 426]) {
    const { url } = await serve(t, answer(status));
    assert.equal(await probe(url), undefined, `${status}`);
  }
});

test("Retry-After, in seconds or as a date, becomes the wait; anything else there is as nothing", async (t) => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";
  const cases = [
    ["20", "", 20_000],
    [" 0 ", "", 0],
    ["86400", "", 86_400_000],
    ["Wed, 21 Oct 2015 07:28:30 GMT", date, 30_000],
    [date, date, 0],
    ["Wed, 21 Oct 2015 07:27:59 GMT", date, undefined],
    ["Wed, 99 Foo 2015 07:28:30 GMT", date, undefined],
    ["2015-10-21T07:28:30Z", date, undefined],
    ["-1", "", undefined],
    ["1.5", "", undefined],
    ["1e3", "", undefined],
    ["0x10", "", undefined],
    ["20, 30", "", undefined],
    ["9".repeat(400), "", undefined],
    ["", "", undefined],
    ["soon", "", undefined],
  ];
  for (const [after, now, wait] of cases) {
    for (const [status, code] of Object.entries({ 429: 4429, 503: 1013 })) {
      const { url } = await serve(t, (response) => {
        response.sendDate = false;
        response.writeHead(+status, { "retry-after": after, ...(now && { date: now }) }).end();
      });
      const reason = wait === undefined ? "" : `{"retry_ms":${wait}}`;
      assert.deepEqual(await probe(url), { status: +status, code, reason }, after);
    }
  }
});

test("a date counts from the page's clock where the server's is not told", async (t) => {
  const at = new Date(Date.now() + 60_000).toUTCString();
  const { url } = await serve(t, (response) => {
    response.sendDate = false;
    response.writeHead(503, { "retry-after": at }).end();
  });
  const { retry_ms } = JSON.parse((await probe(url)).reason);
  // The date has no milliseconds.
  assert.ok(retry_ms > 50_000 && retry_ms <= 60_000, `${retry_ms}`);
});

test("it is a GET of exactly that address, past caches", async (t) => {
  const { url, requests } = await serve(t, answer(403));
  await probe(new URL(url));
  assert.equal(requests.length, 1);
  const [{ method, url: path, headers }] = requests;
  assert.deepEqual([method, path, headers["cache-control"]], ["GET", "/terminal?x=1", "no-cache"]);
});

test("a body without an end is not waited for", async (t) => {
  let ended;
  const isOver = new Promise((over) => (ended = over));
  const { url } = await serve(t, (response) => {
    response.writeHead(403).write("a".repeat(100));
    response.on("close", ended);
  });
  assert.equal((await probe(url)).code, 4403);
  await isOver;
});

test("it never rejects: nobody there, an address that is none, a server that hangs up or says nothing", async (t) => {
  const gone = await serve(t, (response) => response.destroy());
  assert.equal(await probe(gone.url), undefined);
  assert.equal(await probe("http://127.0.0.1:1/"), undefined);
  assert.equal(await probe("nonsense:"), undefined);
  const silent = await serve(t, () => {});
  const { timeout } = AbortSignal;
  t.after(() => (AbortSignal.timeout = timeout));
  let patience;
  AbortSignal.timeout = (span) => timeout.call(AbortSignal, (patience = span) / 100);
  assert.equal(await probe(silent.url), undefined);
  assert.equal(patience, 5000);
});
