// What cargo builds, and where it puts it.
import { run } from "./process.mjs";

/** Rust's name for the browser. */
export const TARGET = "wasm32-unknown-unknown";

/** Runs a cargo command that builds, and returns the path of its last artifact: a program's, or a module's. */
export async function artifact(args) {
  await run("cargo", args);
  // A second call, which finds all done, says where that is, wherever CARGO_TARGET_DIR points.
  const { output } = await run("cargo", [...args, "--quiet", "--message-format", "json"], {
    capture: true,
    quiet: true,
  });
  const artifacts = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ reason }) => reason === "compiler-artifact");
  const last = artifacts.at(-1);
  return last.executable ?? last.filenames[0];
}
