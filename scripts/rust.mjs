// The Rust side's tools: the WebAssembly target, wasm-pack, and the wasm-bindgen that belongs to the lockfile.
import { existsSync, readFileSync } from "node:fs";
import { install } from "./apt.mjs";
import { TARGET } from "./cargo.mjs";
import { run } from "./process.mjs";
import { inProject, Problem, say, tools, which } from "./project.mjs";

/** Takes what is there and installs what is missing: the target through rustup, the tools into `.tools/`. */
export async function ensureRust() {
  if (!which("cargo")) throw new Problem("cargo is missing. Install Rust through rustup: https://rustup.rs");
  if (!which("cc")) await install(["gcc", "libc6-dev"], "A C compiler, which Rust links with,", "Install one.");
  await ensureTarget();
  await ensureTool("wasm-pack", undefined, "builds and tests the WebAssembly package");
  await ensureTool("wasm-bindgen", lockedVersion("wasm-bindgen"), "makes the module's JavaScript glue");
}

async function ensureTarget() {
  const { output } = await run("rustc", ["--print", "target-libdir", "--target", TARGET], {
    capture: true,
    quiet: true,
  });
  if (existsSync(output.trim())) return;
  if (!which("rustup")) throw new Problem(`Rust's target ${TARGET} is missing, and there is no rustup to add it.`);
  say(`Rust's target ${TARGET} is missing: adding it`);
  await run("rustup", ["target", "add", TARGET]);
}

async function ensureTool(program, version, purpose) {
  const found = which(program) && (await versionOf(program));
  if (found && (!version || found === version)) return;
  say(
    found
      ? `${program} here is ${found}, Cargo.lock wants ${version}: compiling that one into .tools/ (a few minutes)`
      : `${program}, which ${purpose}, is missing: compiling it into .tools/ (a few minutes)`,
  );
  const crate = program === "wasm-bindgen" ? "wasm-bindgen-cli" : program;
  await run("cargo", ["install", crate, "--root", tools, "--force", ...(version ? ["--version", version] : [])]);
}

async function versionOf(program) {
  const { output } = await run(program, ["--version"], { capture: true, quiet: true, fails: true });
  return /\d+\.\d+\.\d+/.exec(output)?.[0];
}

/** wasm-bindgen's library and its command line tool work together only if their versions are the same. */
function lockedVersion(crate) {
  const found = new RegExp(`name = "${crate}"\nversion = "(.+)"`).exec(readFileSync(inProject("Cargo.lock"), "utf8"));
  if (!found) throw new Problem(`Cargo.lock does not name ${crate}`);
  return found[1];
}
