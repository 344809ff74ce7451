// What is not run in an engine, and why. A run counts these apart and says them; they are no test that has passed.

/** By the test's name: the reason, and the engines that leave it out. */
export const EXEMPT = [
  {
    test: "a word that is being composed when the line is cut is composed to its end, and typed once",
    why: "WebDriver has no input method",
  },
  {
    test: "a tab that the browser has frozen holds no program up for ever, and hears what it missed",
    why: "only Chromium freezes a tab that is loaded",
  },
  {
    test: "16 MB of output and 16 KB of input come through 40 cuts and 5 reloads, byte for byte",
    why: "its pages go past their Content-Security-Policy and measure their memory, both by Chromium's own protocol",
  },
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
