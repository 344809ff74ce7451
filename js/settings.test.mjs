// The options' rules, each by the value that breaks it. The ranges are those of `Config::check` in src/config.rs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: ["js/settings.ts"], bundle: true, format: "esm", write: false });
const { address, check, numbers } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const HOUR = 3_600_000;

/** Numbers: the path, the least, the most. */
const RANGES = [
  ["backoff.base", 1, HOUR],
  ["backoff.factor", 1, 10],
  ["backoff.max", 1, HOUR],
  ["breaker.failures", 1, 1000],
  ["breaker.recovery", 1, HOUR],
  ["connectTimeout", 1, HOUR],
  ["stableAfter", 1, HOUR],
  ["queue.bytes", 0, 2 ** 30],
  ["queue.messages", 0, 1_000_000],
  ["queue.age", 1, HOUR],
  ["heartbeat.every", 1, HOUR],
  ["heartbeat.timeout", 1, HOUR],
];

const NO_NUMBERS = [NaN, Infinity, -Infinity, -1, "5", [5], null, true, 5n, {}];

/** Other options: the path, values that are taken, values that are not. */
const VALUES = [
  ["backoff.jitter", ["spread", "none"], ["", "full", "None", ["none"], 0, false, null]],
  ["control", [true, false], [0, 1, "true", null]],
  ["debug", [true, false], [0, 1, "true", null]],
  ["auth", [() => "", async () => ""], ["token", {}, null, true]],
  ["projectId", ["p", "A-z_0", "p".repeat(128)], ["", "p".repeat(129), "a:b", "a b", "ä", "p\n", 5, ["p"], null]],
  ["name", ["n", "ä:b c", "n".repeat(128)], ["", "n".repeat(129), 5, ["n"], null]],
  ["kind", ["system", "k".repeat(64)], ["", "k".repeat(65), "my shell", 5, null]],
  ["accessParam", ["t"], ["", "t".repeat(129), 5, null]],
  ["sessionParam", ["s"], ["", "s".repeat(129), 5, null]],
  ["projectParam", ["p"], ["", "p".repeat(129), 5, null]],
  ["protocols", ["a", [], ["a", "b"], "a.b"], [["a b"], ["a", "a"], [""], ["a,b"], [5], 5, null, {}, [["a"]]]],
  [
    "storage",
    ["session", "local", "memory", store()],
    ["", "disk", 5, null, {}, store({ get: 5 }), store({ set: undefined }), store({ remove: "x" })],
  ],
  ["signal", [new AbortController().signal, AbortSignal.abort()], [{ aborted: false }, {}, null, true, "abort"]],
  ["sharedRetries", [true, false, "n", "n".repeat(128)], ["", "n".repeat(129), 1, null, ["n"]]],
  [
    "probeUrl",
    ["http://h/", "https://h/p?q#f", new URL("https://h")],
    ["", "ws://h", "file:///p", "/relative-to-nothing", 5, null, {}, true],
  ],
  ["heartbeat.message", ["", "ping"], [5, null, ["ping"], new Uint8Array(1)]],
];

test("each bound of each number is taken, and what lies beyond is refused by its path", () => {
  for (const [path, least, most] of RANGES) {
    for (const kept of [least, most]) assert.equal(refusal(around(path, kept)), undefined, `${path} = ${kept}`);
    for (const bad of [least - 1, most + 1, ...NO_NUMBERS]) refused(path, bad);
    if (path !== "backoff.factor") refused(path, least + 0.5);
  }
  assert.equal(refusal({ backoff: { factor: 1.5 } }), undefined);
  refused("backoff.factor", 0.99);
  refused("backoff.factor", 10.01);
});

test("each other option takes its own kind of value alone, and is named", () => {
  for (const [path, taken, bad] of VALUES) {
    for (const value of taken) assert.equal(refusal(around(path, value)), undefined, `${path} = ${String(value)}`);
    for (const value of bad) refused(path, value);
  }
});

test("an unknown key is refused wherever it stands, one that every object inherits too", () => {
  for (const key of ["nme", "backOff", "constructor", "toString", "hasOwnProperty", "__proto__"]) {
    for (const group of ["", "backoff.", "breaker.", "queue.", "heartbeat."]) {
      const options = around(group + key, 1);
      assert.match(refusal(options)?.message ?? "", startsWith(group + key));
    }
  }
});

test("a group is an object, and so are the options themselves", () => {
  for (const value of [5, "x", true, null, [], () => {}]) {
    for (const group of ["backoff", "breaker", "queue", "heartbeat", "closeCodes"]) refused(group, value);
    assert.match(refusal(value)?.message ?? "", startsWith("options"), `options = ${String(value)}`);
  }
});

test("what is undefined counts as left out", () => {
  const paths = [...RANGES, ...VALUES].map(([path]) => path).filter((path) => !path.startsWith("heartbeat."));
  for (const path of [...paths, "backoff", "breaker", "queue", "heartbeat", "closeCodes"])
    assert.equal(refusal(nested(path, undefined)), undefined, path);
});

test("options that do not go together are refused", () => {
  const cases = [
    [{ backoff: { base: 100, max: 99 } }, "backoff.max"],
    [{ backoff: { base: 30_001 } }, "backoff.max"],
    [{ backoff: { max: 999 } }, "backoff.max"],
    [{ heartbeat: { every: 1, timeout: 1 } }, "heartbeat.message"],
    [{ heartbeat: { message: "x", timeout: 1 } }, "heartbeat.every"],
    [{ heartbeat: { message: "x", every: 1 } }, "heartbeat.timeout"],
    [{ heartbeat: { message: "x", every: 1, timeout: 1 }, control: true }, "heartbeat"],
    [{ accessParam: "sessionId" }, "accessParam"],
    [{ accessParam: "x", projectParam: "x" }, "accessParam"],
  ];
  for (const [options, path] of cases) assert.match(refusal(options)?.message ?? "", startsWith(path));
});

test("rows of close codes: codes and ranges in 1000..=4999, each with a verdict", () => {
  for (const codes of ["1000", "4999", "1000-4999", "4321-4321"])
    assert.equal(refusal({ closeCodes: { [codes]: "stop" } }), undefined, codes);
  for (const codes of ["999", "5000", "999-1000", "4999-5000", "4002-4001", "", "x", "4001-", "-4001", " 4001", "4e3"])
    refused(`closeCodes.${codes}`, "stop", { closeCodes: { [codes]: "stop" } });
  for (const verdict of ["", "Stop", "toString", null, undefined, 9, ["stop"]])
    refused("closeCodes.4001", verdict, { closeCodes: { 4001: verdict } });
});

test("an address is of ws, wss, http or https, without a fragment", () => {
  assert.equal(address("ws://a/b?c=d"), "ws://a/b?c=d");
  assert.equal(address("http://a/"), "ws://a/");
  assert.equal(address(new URL("https://a/")), "wss://a/");
  for (const bad of [
    undefined,
    null,
    5,
    true,
    {},
    [],
    ["ws://a/"],
    "",
    "ftp://a/",
    "ws://",
    "ws://a/#f",
    "ws://a/#",
    "/relative",
  ])
    assert.throws(() => address(bad), { name: "TypeError", message: startsWith("url") }, String(bad));
});

function refused(path, value, options = around(path, value)) {
  const error = refusal(options);
  assert.equal(error?.name, "TypeError", `${path} = ${String(value)} was taken`);
  assert.match(error.message, startsWith(path), `${path} = ${String(value)}`);
}

/** What the options are refused with; `undefined` if they are taken. */
function refusal(options) {
  try {
    numbers(check(options), options.closeCodes);
  } catch (error) {
    return error;
  }
}

/** The message names the option, and nothing else comes before the rule. */
function startsWith(path) {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}: must be `);
}

/** Options with this one, and what it needs beside it. */
function around(path, value) {
  const options = nested(path, value);
  if (path.startsWith("heartbeat.")) options.heartbeat = { message: "x", every: 9, timeout: 9, ...options.heartbeat };
  if (path === "backoff.base") options.backoff.max = HOUR;
  if (path === "backoff.max") options.backoff.base = 1;
  return options;
}

function nested(path, value) {
  const [key, inner] = path.split(".");
  // A property of the object's own, whatever its name.
  const own = (name, content) =>
    Object.defineProperty({}, name, { value: content, enumerable: true, writable: true, configurable: true });
  return inner === undefined ? own(key, value) : own(key, own(inner, value));
}

function store(changes) {
  return { get() {}, set() {}, remove() {}, ...changes };
}
