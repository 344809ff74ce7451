// Other programs: run to their end, or started and stopped. Each has a process group of its own, so that stopping it stops
// its children too; none outlives the script, however that ends.
import { spawn } from "node:child_process";
import { Problem, root } from "./project.mjs";

const GRACE_MS = 8_000;
const running = new Set();

/**
 * Runs a program to its end, its output shown as it comes, in the checkout's top folder. Returns the output with `capture`; throws
 * a `Problem` if it fails, unless `fails` allows that: then returns the code too.
 */
export async function run(program, args, { env = {}, capture = false, quiet = false, fails = false } = {}) {
  const pipe = capture ? "pipe" : "inherit";
  const child = start(program, args, { env, stdout: pipe, stderr: pipe });
  let output = "";
  const keep = (to) => (chunk) => {
    output += chunk;
    if (!quiet) to.write(chunk);
  };
  child.stdout?.setEncoding("utf8").on("data", keep(process.stdout));
  child.stderr?.setEncoding("utf8").on("data", keep(process.stderr));
  const code = await child.ended;
  if (code !== 0 && !fails) throw new Problem(`${program} ${args.join(" ")} failed (${code})`);
  return { code, output };
}

/** Starts a program, in the checkout's top folder unless `cwd` says another. `ended` of what it returns resolves to the exit code, or to a signal's name. */
export function start(program, args, { env = {}, cwd = root, stdout = "inherit", stderr = "inherit" } = {}) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", stdout, stderr],
    detached: true,
  });
  child.ended = new Promise((resolve, reject) => {
    child.once("close", (code, signal) => resolve(code ?? signal));
    child.once("error", (error) => reject(new Problem(`${program} could not be started: ${error.message}`)));
  }).finally(() => running.delete(child));
  running.add(child);
  return child;
}

/** Asks a started program and its children to end, and makes them if they do not within 8 s. */
export async function stop(child) {
  if (!running.has(child)) return;
  signal(child, "SIGTERM");
  const force = setTimeout(() => signal(child, "SIGKILL"), GRACE_MS);
  await child.ended.catch(() => {});
  clearTimeout(force);
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has just ended.
  }
}

let interrupted = false;
for (const [name, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
]) {
  process.on(name, async () => {
    if (interrupted) return;
    interrupted = true;
    await Promise.all([...running].map(stop));
    process.exit(code);
  });
}
process.on("exit", () => running.forEach((child) => signal(child, "SIGKILL")));

/** Resolves once a started, piped program has printed a whole line to stdout, to that line; throws a `Problem` if it ends first. */
export async function firstLine(child) {
  let text = "";
  child.stdout.setEncoding("utf8");
  const line = new Promise((resolve) => {
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
  });
  const ended = child.ended.then((code) => {
    throw new Problem(`${child.spawnargs.join(" ")} ended (${code}) before it was ready`);
  });
  return Promise.race([line, ended]);
}
