// The server beside the page: built, and started.
import { artifact } from "./cargo.mjs";
import { firstLine, start } from "./process.mjs";
import { inProject, say } from "./project.mjs";

/** Builds `relatch-server` and returns its path. */
export async function buildServer({ release = false } = {}) {
  say("Building the server");
  return artifact([
    "build",
    "--package",
    "relatch-server",
    "--bin",
    "relatch-server",
    ...(release ? ["--release"] : []),
  ]);
}

/** Starts a built server. Returns its process and the address it printed, which carries the access token. */
export async function startServer(program, args, env) {
  const child = start(program, args, { env, pipe: true });
  child.stderr.pipe(process.stderr);
  const url = new URL(await firstLine(child));
  return { child, url };
}

/** The page's files, for `--www`. */
export const page = inProject("www/dist");
