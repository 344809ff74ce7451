// What `npm test` runs, in the order in which builds are shared best. A step returns how many checks passed and failed.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { exemptIn } from "../tests/e2e/engines/exempt.mjs";
import { install } from "./apt.mjs";
import { ensureBrowser } from "./browser.mjs";
import { buildModule, buildPackage, buildPage } from "./build.mjs";
import { artifact, TARGET } from "./cargo.mjs";
import { cargoTests, nodeTests } from "./counts.mjs";
import { ensureFirefox } from "./firefox.mjs";
import { pack } from "./pack.mjs";
import { run } from "./process.mjs";
import { inProject, which } from "./project.mjs";
import { buildServer } from "./server.mjs";
import { size } from "./size.mjs";
import { wasmTests } from "./wasm-tests.mjs";
import { ensureWebKit } from "./webkit.mjs";

// A workspace of its own, which the commands for the whole workspace leave out.
const FUZZ = inProject("fuzz", "Cargo.toml");

export const suites = [
  {
    name: "format",
    about: "rustfmt and prettier",
    steps: [
      command("cargo", "fmt", "--all", "--check"),
      command("cargo", "fmt", "--check", "--manifest-path", FUZZ),
      command("prettier", "--check", "."),
    ],
  },
  {
    name: "lint",
    about: "clippy, natively and for WebAssembly, rustdoc, and that the fuzz targets compile; a warning is an error",
    steps: [
      command("cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"),
      command("cargo", "clippy", "--target", TARGET, "--features", "npm", "--lib", "--tests", "--", "-D", "warnings"),
      command("cargo", "clippy", "--target", TARGET, "--package", "relatch-rust-page", "--", "-D", "warnings"),
      documented("--workspace"),
      // By itself, as its users have it: in the workspace the server asks for a feature.
      documented("--package", "relatch"),
      documented("--package", "relatch", "--all-features"),
      // The browser driver exists for that target alone.
      documented("--package", "relatch", "--target", TARGET),
      documented("--package", "relatch", "--target", TARGET, "--all-features"),
      fuzzTargets,
    ],
  },
  {
    name: "types",
    about: "TypeScript: the package, the page and the type tests",
    steps: [command("tsc", "--project", "tsconfig.json")],
  },
  {
    name: "native",
    about: "the Rust tests",
    steps: [() => cargoTests("cargo", ["test", "--workspace", "--no-fail-fast"])],
  },
  {
    name: "screens",
    about: "the server's snapshots of recorded programs, against xterm.js",
    steps: [screenTests],
  },
  {
    name: "size",
    about: "what a page loads, against its budget",
    steps: [() => checked(buildPackageOnce().then(size))],
  },
  {
    name: "js",
    about: "the npm package in Node",
    steps: [() => buildPackageOnce().then(() => nodeTests(testsIn("js")))],
  },
  {
    name: "wasm",
    about: "the browser driver, in headless Chromium, against a server that fails on demand",
    steps: [() => wasmTests()],
  },
  {
    name: "e2e",
    about: "the page in Chromium, with real shells",
    steps: [() => pageTests()],
  },
  {
    name: "package",
    about: "the packed package with bundlers, without, in Node and for TypeScript; the crates, and a page in Rust",
    steps: [packageTests],
  },
  {
    name: "scripts",
    about: "npm start and the scripts' messages; builds the server for release",
    steps: [() => nodeTests(testsIn("scripts"))],
  },
];

function fuzzTargets() {
  const target = process.env.CARGO_TARGET_DIR ?? inProject("target");
  // Checked, not linked: with a path given, libFuzzer itself is not compiled, which would take a C++ compiler.
  const env = { CUSTOM_LIBFUZZER_PATH: join(target, "libFuzzer.a") };
  return checked(run("cargo", ["check", "--locked", "--manifest-path", FUZZ, "--target-dir", target], { env }));
}

async function screenTests() {
  const SNAPSHOTS = await artifact(["build", "--package", "relatch-server", "--example", "snapshots"]);
  return nodeTests(testsIn("tests/screen"), { SNAPSHOTS });
}

/** Runs the page's tests in an engine. What is left out there is counted apart, and must be what the table says. */
export async function pageTests(engine = "chromium") {
  await buildPackageOnce();
  await buildPage();
  if (engine === "firefox") await ensureFirefox();
  if (engine === "webkit") await ensureWebKit();
  const env = engine === "chromium" ? { CHROME: (await ensureBrowser()).chrome } : {};
  const missing = ["vim", "htop", "tmux", "less"].filter((program) => !which(program));
  if (missing.length)
    await install(missing, `What the page's tests run in their shells, ${missing.join(", ")},`, "Install it.");
  const all = { ...env, ENGINE: engine, RELATCH_SERVER: await buildServer() };
  return nodeTests(testsIn("tests/e2e"), all, exemptIn(engine).length);
}

async function packageTests() {
  await buildPackageOnce();
  const { chrome } = await ensureBrowser();
  const RUST_PAGE = await artifact(["build", "--package", "relatch-rust-page", "--target", TARGET]);
  const env = { CHROME: chrome, RELATCH_SERVER: await buildServer(), PACKAGE: await pack(), RUST_PAGE };
  return nodeTests(testsIn("tests/package"), env);
}

function testsIn(folder) {
  const files = readdirSync(inProject(folder)).filter((file) => file.endsWith(".test.mjs"));
  return files.map((file) => inProject(folder, file));
}

let built;
/** The package is built once, by whichever suite needs it first. */
function buildPackageOnce() {
  return (built ??= buildModule().then(buildPackage));
}

function documented(...args) {
  return () => checked(run("cargo", ["doc", "--no-deps", ...args], { env: { RUSTDOCFLAGS: "-D warnings" } }));
}

/** A step that passes if the command succeeds. */
function command(program, ...args) {
  return () => checked(run(program, args));
}

async function checked(work) {
  await work;
  return { passed: 1, failed: 0 };
}
