// The server beside the page: built, and started.
import { firstLine, run, start } from "./process.mjs";
import { inProject, say } from "./project.mjs";

/** Builds `relatch-server` and returns its path. */
export async function buildServer({ release = false } = {}) {
  say("Building the server");
  const flags = ["--package", "relatch-server", ...(release ? ["--release"] : [])];
  await run("cargo", ["build", ...flags]);
  // A second call, which builds nothing, says where cargo has put it, wherever CARGO_TARGET_DIR points.
  const { output } = await run("cargo", ["build", ...flags, "--quiet", "--message-format", "json"], {
    capture: true,
    quiet: true,
  });
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .find((message) => message.executable && message.target.name === "relatch-server").executable;
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
