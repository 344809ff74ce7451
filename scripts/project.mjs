// Where things are, and the environment that the project's tools run in.
import { homedir } from "node:os";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's top folder, whatever folder the script was called from. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/** A path inside the checkout. */
export const inProject = (...parts) => join(root, ...parts);

/** Tools that setup builds live here, so that nothing outside the checkout changes. */
export const tools = inProject(".tools");

/** The glue and the module that wasm-pack makes, before esbuild bundles them. */
export const glue = inProject("target", "pkg");

// The project's own tools come first: they are of the versions that its lockfiles name. ~/.cargo/bin is where rustup puts cargo, but
// a shell that was open at the time does not know it yet.
process.env.PATH = [
  join(tools, "bin"),
  inProject("node_modules", ".bin"),
  process.env.PATH,
  join(homedir(), ".cargo", "bin"),
].join(delimiter);

/** The full path of a program on PATH, or undefined. */
export function which(program) {
  return process.env.PATH.split(delimiter)
    .map((folder) => join(folder, program))
    .find(isProgram);
}

/** Whether a file is there that may be run. */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A port of this machine that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Says what the script does now. */
export function say(text) {
  console.log(`\n▸ ${text}`);
}

/** A problem that the user can do something about: its message is all that is printed. */
export class Problem extends Error {}

/** Runs a script's main function if that script is the one node was called with; a `Problem` ends it with code 1. */
export async function main(url, body) {
  // Real paths: a checkout may be called through a link to it.
  if (!process.argv[1] || realpathSync(process.argv[1]) !== realpathSync(fileURLToPath(url))) return;
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Problem ? `\n✖ ${error.message}` : error);
    process.exitCode = 1;
  }
}
