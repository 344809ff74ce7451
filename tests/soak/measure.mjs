// What a run weighs, and how long things took.
import { readFileSync } from "node:fs";

/** The memory of a page, in bytes: its JavaScript heap after a collection, and the module's. */
export async function pageMemory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.enable");
  // The second takes what the first one's finalizers let go.
  for (let i = 0; i < 2; i++) await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize").value;
  const module = await page.evaluate(() => window.wasmMemory?.buffer.byteLength ?? 0);
  return { heap, module };
}

// Runs in a page, before anything else there: the module's memory can be looked at.
export function showModule() {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const made = await instantiate(...args);
    window.wasmMemory = made.instance.exports.memory;
    return made;
  };
}

/** The resident memory of a process, in bytes: now, and the most it ever was. Undefined where there is no /proc. */
export function processMemory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)[1]);
    return { now: kilobytes("VmRSS") * 1024, most: kilobytes("VmHWM") * 1024 };
  } catch {
    return undefined;
  }
}

/** The value that this part of the values is not above. */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
}
