// What is not run in an engine, and why. A run counts these apart and says them; they are no test that has passed.

const CDP = "it takes the Chrome DevTools Protocol";

/** By the test's name, and where it is one of a kind by a pattern of theirs: the engines that leave it out, and the reason. */
export const EXEMPT = [
  { test: "a word that is being composed when the line is cut is composed to its end, and typed once", why: CDP },
  { test: "a tab that the browser has frozen holds no program up for ever, and hears what it missed", why: CDP },
  { test: "a page that falls silent holds no program up for ever, and hears what it missed", why: CDP },
  { test: "16 MB of output and 16 KB of input come through 40 cuts and 5 reloads, byte for byte", why: CDP },
].map((row) => ({ engines: ["firefox", "webkit"], ...row }));

/** Those of an engine. */
export function exemptIn(engine) {
  return EXEMPT.filter(({ engines }) => engines.includes(engine));
}

/** Ends a test that is not run in this engine: as one that is yet to be done, which the runner counts. */
export function exempt(t, engine) {
  const row = exemptIn(engine).find(({ test }) => test === t.name);
  if (!row) return;
  t.todo(row.why);
  throw new Error(`not run in ${engine}: ${row.why}`);
}
