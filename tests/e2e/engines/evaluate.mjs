// A test's function, run in a page. What it returns may take its time: it is asked for until it is there, so that nothing waits behind it.
import { pack, unpack } from "./pack.mjs";

const FIRST_LOOK_MS = 5;
const SLOWEST_LOOK_MS = 50;

let runs = 0;

/** Runs a function, or an expression, in a page: `run` takes a source and returns its value. Resolves to what it returns, and what the page had told by then. */
export async function evaluate(run, body, arg) {
  const what = typeof body === "function" ? `(${body})` : `(() => (${body}))`;
  const id = `run-${++runs}`;
  let text = await run(`(${begin})(${what}, ${JSON.stringify(pack(arg))}, "${id}", ${pack}, ${unpack})`);
  for (let ms = FIRST_LOOK_MS; text === ""; ms = Math.min(ms * 1.5, SLOWEST_LOOK_MS)) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    text = await run(`(${look})("${id}")`);
    if (text === undefined || text === null) throw new Error("the page went while a function of the test ran in it");
  }
  const { error, value, told } = unpack(text);
  if (error) throw Object.assign(new Error(error.text), { name: error.name });
  return { value, told };
}

// Runs in the page: calls the function. Returns how it went, as text, or "" if that is not known yet.
function begin(body, packed, id, pack, unpack) {
  const told = () => window.relatchTest?.told();
  const failed = (thrown) => {
    const error = { name: thrown?.name ?? "Error", text: `${thrown?.message ?? thrown}\n${thrown?.stack ?? ""}` };
    return pack({ error, told: told() });
  };
  const done = (value) => {
    try {
      // Of a function too it is said that it is there, which may be what was waited for.
      return pack({ value: typeof value === "function" ? {} : value, told: told() });
    } catch (error) {
      return failed(error);
    }
  };
  let value;
  try {
    value = body(unpack(packed));
  } catch (error) {
    return failed(error);
  }
  if (typeof value?.then !== "function") return done(value);
  const results = (window.relatchTestResults ??= new Map());
  results.set(id, "");
  value.then(
    (value) => results.set(id, done(value)),
    (error) => results.set(id, failed(error)),
  );
  return "";
}

// Runs in the page: how a function went that was called, as text, or "" if that is not known yet, or nothing in another page.
function look(id) {
  const text = window.relatchTestResults?.get(id);
  if (text) window.relatchTestResults.delete(id);
  return text;
}
