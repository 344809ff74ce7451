// What is in the packed package, as the tools say that look for its mistakes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { User } from "./user.mjs";

const tarball = new Uint8Array(readFileSync(process.env.PACKAGE));

test("publint finds nothing", async () => {
  const { messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
  assert.deepEqual(messages, []);
});

test("arethetypeswrong finds nothing, in what has ES modules", async () => {
  const { entrypoints, problems } = await checkPackage(createPackageFromTarballData(tarball));
  assert.deepEqual(Object.keys(entrypoints).sort(), [".", "./inline", "./package.json", "./xterm"]);
  // The two others are programs that only know CommonJS, which the package is not for; as the tool's own profile `esm-only` has it.
  const others = ["node10", "node16-cjs"];
  assert.deepEqual(
    problems.filter(({ resolutionKind }) => !others.includes(resolutionKind)),
    [],
  );
});

test("each file that the package names is in it", async (t) => {
  const folder = join(await User.start(t).project(), "node_modules/relatch");
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = Object.values(exports).flatMap((entry) => (typeof entry === "string" ? entry : Object.values(entry)));
  assert.ok(files.length > 6);
  for (const file of files) assert.ok(readFileSync(join(folder, file)).length, file);
  const script = (name) => readFileSync(join(folder, "dist", name), "utf8");
  const beside = [...script("index.js").matchAll(/import\("(.*?)"\)|new URL\("(.*?)"/g)].map(
    (found) => found[1] ?? found[2],
  );
  assert.ok(beside.includes("relatch_bg.wasm"));
  for (const file of beside) assert.ok(readFileSync(join(folder, "dist", file)).length, file);
  assert.doesNotMatch(script("inline.js"), /\bimport\b|new URL\("[^"]*wasm/);
});
