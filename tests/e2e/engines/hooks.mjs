// What runs in each page before anything else there: its way to tell the test, and what the test has asked for.
import { pack } from "./pack.mjs";

/** The script of a page: `ear` is where it tells, `bindings` the functions that it is given, `scripts` the test's own. */
export function hooksSource({ ear, bindings, scripts, offline }) {
  const own = `(${hook})(${JSON.stringify({ ear, bindings, offline })}, ${pack});`;
  return [own, ...scripts.map((script) => `{\n${script}\n}`)].join("\n");
}

function hook({ ear, bindings, offline }, pack) {
  // As they are now: a test may put others in their place.
  const { WebSocket } = window;
  const { send } = WebSocket.prototype;
  const nextFrame = window.requestAnimationFrame.bind(window);
  const load = Math.random().toString(36).slice(2);
  // It outlives a reload, and a page that is opened by this one has none. It is kept: a page that comes back may have lost its own.
  const name = (window.name ||= `page-${load}`);

  let line;
  let count = 0;
  const waiting = [];
  const flush = () => {
    while (line?.readyState === WebSocket.OPEN && waiting.length) send.call(line, waiting.shift());
  };
  const open = () => {
    line = new WebSocket(ear);
    line.onopen = flush;
  };
  const tell = (kind, what) => {
    waiting.push(pack({ kind, what, name, load, count: ++count }));
    flush();
  };
  open();
  // With an open line a page would not be kept for Back and Forward.
  addEventListener("pagehide", () => line.close());
  addEventListener("pageshow", ({ persisted }) => persisted && open());

  for (const name of bindings) window[name] = (...args) => tell("call", { name, args });
  addEventListener("load", () => setTimeout(() => tell("load")));
  addEventListener("error", ({ message, error }) => message && tell("pageerror", error?.message ?? message));
  addEventListener("unhandledrejection", ({ reason }) => tell("pageerror", reason?.message ?? String(reason)));
  const { error } = console;
  console.error = (...words) => {
    tell("console", { type: "error", text: words.map(String).join(" ") });
    error.apply(console, words);
  };

  const setOffline = (offline) => {
    Object.defineProperty(navigator, "onLine", { value: !offline, configurable: true });
    dispatchEvent(new Event(offline ? "offline" : "online"));
  };
  if (offline) setOffline(true);
  /** Resolves once the page has been drawn twice. */
  const frames = () => new Promise((drawn) => nextFrame(() => nextFrame(drawn)));
  Object.defineProperty(window, "relatchTest", { value: { name, told: () => ({ load, count }), setOffline, frames } });
}
