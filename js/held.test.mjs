import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: ["js/held.ts"], bundle: true, format: "esm", write: false });
const { Held } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

function held() {
  const got = [];
  const queue = new Held(
    (data) => got.push(data),
    () => got.push("overflow"),
  );
  return { queue, got };
}

test("messages wait for a listener, and come in order, after the running code", async () => {
  const { queue, got } = held();
  queue.take("a");
  queue.release();
  queue.take("b");
  assert.deepEqual(got, []);
  await null;
  queue.take("c");
  assert.deepEqual(got, ["a", "b", "c"]);
});

test("the oldest go beyond 1,024 messages, said once", async () => {
  const { queue, got } = held();
  for (let i = 0; i < 1030; i++) queue.take(`${i}`);
  queue.release();
  await null;
  assert.deepEqual([got.length, got[0], got[1], got.at(-1)], [1025, "overflow", "6", "1029"]);
});

test("the oldest go beyond 4 MiB", async () => {
  const { queue, got } = held();
  for (const size of [3, 1, 2]) queue.take(new ArrayBuffer(size << 20));
  queue.release();
  await null;
  assert.deepEqual(
    got.map((data) => data.byteLength ?? data),
    ["overflow", 1 << 20, 2 << 20],
  );
});
