// The server's snapshots of a recording, which the example program `snapshots` makes.
import { execFileSync } from "node:child_process";

/** The snapshots at some ascending offsets. */
export function snapshots(program, path, offsets) {
  const input = offsets.join("\n") + "\n";
  const out = execFileSync(program, [path], { input, maxBuffer: 2 ** 30, stdio: ["pipe", "pipe", "inherit"] });
  const found = [];
  for (let at = 0; at < out.length;) {
    const start = at + 4;
    at = start + out.readUInt32LE(at);
    found.push(out.subarray(start, at));
  }
  if (found.length !== offsets.length) throw new Error(`${found.length} snapshots for ${offsets.length} offsets`);
  return found;
}
