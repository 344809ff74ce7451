// The npm package as its users get it.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./process.mjs";
import { inProject } from "./project.mjs";

/** Packs what is built, and returns the tarball's path. */
export async function pack() {
  const folder = inProject("target", "npm");
  await mkdir(folder, { recursive: true });
  // Without `prepack`, which would build it all again.
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { output } = await run("npm", args, { capture: true, quiet: true });
  return join(folder, JSON.parse(output)[0].filename);
}
