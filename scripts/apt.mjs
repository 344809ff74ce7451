// The system's packages, where it has apt-get and lets us use it.
import { run } from "./process.mjs";
import { Problem, say, which } from "./project.mjs";

/** Installs packages. `what` is missing, and `advice` says what to do where apt-get cannot be used. */
export async function install(packages, what, advice) {
  const names = packages.join(" ");
  const asRoot = await rootCommand();
  if (!asRoot) throw new Problem(`${what} is missing. ${advice}\n  On Debian or Ubuntu: sudo apt-get install ${names}`);
  say(`${what} is missing: installing ${names} with apt-get`);
  await asRoot("update");
  await asRoot("install", "--yes", "--no-install-recommends", ...packages);
}

async function rootCommand() {
  if (!which("apt-get")) return undefined;
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  if (process.getuid() === 0) return (...args) => run("apt-get", args, { env });
  if (!which("sudo")) return undefined;
  // -n: where sudo would ask for a password, a clear message beats a prompt that nobody expects.
  const { code } = await run("sudo", ["-n", "true"], { capture: true, quiet: true, fails: true });
  return code === 0
    ? (...args) => run("sudo", ["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args])
    : undefined;
}
