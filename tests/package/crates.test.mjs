// The crates as `cargo publish` would send them.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TARGET } from "../../scripts/cargo.mjs";
import { inProject, root } from "../../scripts/project.mjs";
import { runIn } from "./user.mjs";

const target = process.env.CARGO_TARGET_DIR ?? inProject("target");
const { version } = JSON.parse(
  await runIn(root, "cargo", ["metadata", "--no-deps", "--format-version", "1"]),
).packages.find(({ name }) => name === "relatch");

/** Packs a crate of the checkout as it is now, and builds what it has packed. */
const packed = (name, ...args) => runIn(root, "cargo", ["package", "--allow-dirty", "--package", name, ...args]);

test("the crate relatch holds its sources, its documents and its licences alone", async () => {
  const list = (await packed("relatch", "--list", "--quiet")).trim().split("\n");
  const others = list.filter((file) => !/^src\/.*\.rs$/.test(file));
  assert.deepEqual(others.sort(), [
    ".cargo_vcs_info.json",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
  ]);
});

test("the packed relatch builds for a browser", () => packed("relatch", "--target", TARGET, "--features", "npm"));

test("the packed relatch builds with all features, and the packed relatch-server with it", async (t) => {
  await packed("relatch", "--all-features");
  // Cargo notes the patch in the checkout's lockfile.
  const lockfile = inProject("Cargo.lock");
  const locked = readFileSync(lockfile);
  t.after(() => writeFileSync(lockfile, locked));
  // It is not published: here what was packed stands for it.
  const relatch = join(target, "package", `relatch-${version}`);
  await packed("relatch-server", "--config", `patch.crates-io.relatch.path = ${JSON.stringify(relatch)}`);
});
