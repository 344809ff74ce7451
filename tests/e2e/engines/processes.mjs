// The processes of a browser: those that pages run in can be made to stand still, as a page does that is caught in a loop.
import { readdirSync, readFileSync } from "node:fs";

/** How the processes of pages are told from a browser's others. */
const RUNS_PAGES = /-contentproc.*\btab\0?$|WebKitWebProcess/;

/** Stops the processes of pages below this one. Returns what lets them go on. */
export function halt(pid) {
  const halted = below(pid).filter((pid) => RUNS_PAGES.test(read(`/proc/${pid}/cmdline`)));
  if (!halted.length) throw new Error("the browser has no process that runs pages");
  for (const pid of halted) process.kill(pid, "SIGSTOP");
  return () => halted.forEach((pid) => process.kill(pid, "SIGCONT"));
}

/** The processes that a process has started, and those that these have. */
function below(pid) {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => [Number(pid), Number(/^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1])]);
  const children = (of) => parents.filter(([, parent]) => parent === of).map(([pid]) => pid);
  const all = (of) => children(of).flatMap((pid) => [pid, ...all(pid)]);
  return all(pid);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // It has just ended.
    return "";
  }
}
