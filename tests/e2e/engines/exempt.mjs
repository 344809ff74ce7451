// What is not run in an engine, and why. A run counts these apart and says them; they are no test that has passed.

const KEEPS_NONE = "Firefox keeps no page that has a WebSocket open when it is left: Back loads it anew";
const KEEPS_ANY = "WebKit keeps the page that is left, and so it closes with 4102";
const FREEZES_NONE = "only Chromium freezes a tab that is loaded";

/** By the test's name: the reason, and the engines that leave it out. */
export const EXEMPT = [
  {
    test: "a word that is being composed when the line is cut is composed to its end, and typed once",
    why: "WebDriver has no input method",
  },
  {
    test: "a tab that the browser has frozen holds no program up for ever, and hears what it missed",
    why: FREEZES_NONE,
  },
  {
    test: "a tab that is frozen closes with 4102, and finds its shell and what that said when it thaws",
    why: FREEZES_NONE,
  },
  {
    test: "a tab that is frozen while it waits makes its attempt when it thaws",
    why: FREEZES_NONE,
  },
  {
    test: "a frozen tab that is thawed and never looked at has its line too",
    why: FREEZES_NONE,
  },
  {
    test: "the tab that tries is frozen while it waits, or stands still while it tries: another is there",
    why: FREEZES_NONE,
  },
  {
    test: "16 MB of output and 16 KB of input come through 40 cuts and 5 reloads, byte for byte",
    why: "its pages go past their Content-Security-Policy and measure their memory, both by Chromium's own protocol",
  },
  {
    test: "a tab that is opened in the background, and stays there, holds no program up",
    why: "WebDriver opens a tab in front",
  },
  {
    test: "a browser that says online without a network gets its page the waits of a server that is down",
    why: "WebDriver cannot take a browser's network away",
  },
  {
    test: "a sandboxed frame has its terminal for as long as it lives, and one warning that it keeps nothing",
    engines: ["webkit"],
    why: "in a sandboxed frame WebKit takes 'self' in the server's Content-Security-Policy for nothing, and loads no script",
  },
  {
    test: "with resume, a page that is left says 1001, and its shell is kept for 30 min",
    engines: ["webkit"],
    why: KEEPS_ANY,
  },
  {
    test: "in passthrough, a page that is left says 1001, and its shell is kept for 1 min",
    engines: ["webkit"],
    why: KEEPS_ANY,
  },
  {
    test: "twenty tabs that open on a dead server make the attempts of one, and two hurried ones",
    engines: ["firefox"],
    why: "twenty windows open over some 3 s here; while each attempt is a newcomer's, the shared wait does not grow",
  },
  ...[
    "with resume, Back after two minutes finds the shell, and what it said meanwhile",
    "in passthrough, Back after two minutes finds the shell, and what it said meanwhile",
    "a tab that is duplicated after Back gets a shell of its own, as before",
    "a shell that exited meanwhile is said to have, on Back, behind its last words",
    "a shell that is gone by then is said to be, and what was typed for it reaches no other",
    "with resume, the page that one is left for may use the same session: each has it in turn",
    "in passthrough, the page that one is left for may use the same session: each has it in turn",
    'with storage: "local", Back takes the session from the tab that has it by then, as a reload does',
    "an attempt on its way when the page is left is given up, and made again on Back",
    "what waited to be sent is sent on Back, or said to be dropped once it has waited too long",
  ].map((test) => ({ test, engines: ["firefox"], why: KEEPS_NONE })),
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
