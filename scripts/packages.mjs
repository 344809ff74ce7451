// The npm packages of the lockfile.
import { statSync } from "node:fs";
import { run } from "./process.mjs";
import { inProject, say } from "./project.mjs";

/** Installs them if they are missing or older than the lockfile. */
export async function ensurePackages() {
  if (changed("node_modules", ".package-lock.json") >= changed("package-lock.json")) return;
  say("The npm packages are missing or older than package-lock.json: installing them");
  // None of them needs its install script, so none gets to run one.
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
}

function changed(...path) {
  return statSync(inProject(...path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
