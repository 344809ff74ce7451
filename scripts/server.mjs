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
  const child = start(program, args, { env, stdout: "pipe" });
  const url = new URL(await firstLine(child));
  return { child, url };
}

/** For a server beside tests: it logs what is wrong, unless asked for more. */
export const quietly = { RUST_LOG: process.env.RUST_LOG ?? "warn" };

/** The page's files, for `--www`. */
export const page = inProject("www/dist");
