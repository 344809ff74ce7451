// `npm run record`: real programs on a pty, recorded for the tests of the server's screen. `npm run record -- vim-edit tmux` makes
// the named ones anew, in tests/recordings: NAME.bytes is what the program printed, NAME.json its size, and when that changed.
//
// `npm test` does not run this: the recordings are committed. It takes Linux, and installs the programs on Debian.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { install } from "./apt.mjs";
import { artifact } from "./cargo.mjs";
import { run } from "./process.mjs";
import { inProject, main, Problem, root, say } from "./project.mjs";
import { ENV, furnish, HOME } from "./record/home.mjs";
import { programs } from "./record/programs.mjs";
import { Recorded } from "./record/terminal.mjs";

const FOLDER = inProject("tests", "recordings");

/** More than this of one program shows nothing new. */
const LIMIT = 120_000;

/** Namespaces of its own keep the machine's name and its processes out of the recording. */
const ALONE = ["unshare", "--map-root-user", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"];
const NAMED = ["sh", "-c", 'hostname demo && exec "$@"', "sh"];

await main(import.meta.url, async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !programs[name]);
  if (unknown) throw new Problem(`there is no recording "${unknown}"; there are: ${Object.keys(programs).join(" ")}`);
  const chosen = names.length ? names : Object.keys(programs);
  await installed(["git", "make", ...chosen.map((name) => programs[name].package)]);
  const pty = await artifact(["build", "--package", "relatch-server", "--example", "pty"]);
  for (const name of chosen) await record(name, pty);
  await run("prettier", ["--write", "--log-level", "warn", FOLDER]);
});

async function record(name, pty) {
  const { package: debian, version, command, cols = 80, rows = 24, env = {}, keys } = programs[name];
  furnish();
  const options = { cwd: HOME, env: { ...ENV, ...env } };
  const screen = new Recorded(pty, { cols, rows, command: [...ALONE, ...NAMED, ...command], ...options });
  await keys(screen);
  await screen.end();

  const bytes = screen.bytes.subarray(0, LIMIT);
  const leak = [root, hostname()].find((text) => text.length > 2 && bytes.includes(text));
  if (leak) throw new Problem(`${name} shows ${leak}, which is of this machine`);
  const said = execFileSync(version[0], version.slice(1), { ...options, encoding: "utf8" });
  const about = {
    program: command.join(" "),
    version: said.split("\n").find((line) => /\d/.test(line)),
    package: packageOf(debian),
    cols,
    rows,
    resizes: screen.resizes.filter(([offset]) => offset < bytes.length),
  };
  writeFileSync(`${FOLDER}/${name}.bytes`, bytes);
  writeFileSync(`${FOLDER}/${name}.json`, JSON.stringify(about));
  say(`${name}: ${bytes.length} bytes of ${screen.bytes.length}`);
}

async function installed(packages) {
  const missing = [...new Set(packages)].filter((name) => !packageOf(name));
  if (missing.length) await install(missing, "What is recorded", "Recordings are made on Debian.");
}

/** A Debian package and its version, if it is there. */
function packageOf(name) {
  try {
    const args = ["--show", "--showformat", "${Package} ${Version} ${db:Status-Status}", name];
    const [debian, version, status] = execFileSync("dpkg-query", args, { encoding: "utf8", stdio: "pipe" }).split(" ");
    return status === "installed" ? `${debian} ${version}` : undefined;
  } catch {
    return undefined;
  }
}
