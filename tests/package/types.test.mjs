// The packed package for TypeScript's users who are strict, with their libraries too.
import { test } from "node:test";
import { inProject } from "../../scripts/project.mjs";
import { runIn, User } from "./user.mjs";

const program = `
import { Terminal } from "@xterm/xterm";
import { connect, LoadError, type ConnectOptions, type Link, type LinkState, type Snapshot } from "relatch";
import { connect as connectInline } from "relatch/inline";
import { RelatchAddon } from "relatch/xterm";

const options: ConnectOptions = { projectId: "p1", resume: true, auth: async ({ renew }) => (renew ? "new" : "old") };
const terminal = new Terminal();

export async function start(inline: boolean): Promise<Link> {
  const link: Link = await (inline ? connectInline : connect)(new URL("wss://example.org/terminal"), options);
  terminal.loadAddon(new RelatchAddon(link));
  link.addEventListener("message", ({ data }) => terminal.write(typeof data === "string" ? data : new Uint8Array(data)));
  link.addEventListener("statechange", ({ detail }) => say(detail.state));
  // @ts-expect-error: not a number, so that the types are there at all
  link.addEventListener("exit", ({ detail }) => detail.code.length);
  return link;
}

export function say(state: LinkState): string {
  // @ts-expect-error: no such state
  return state === "lost" ? "" : state;
}

export const counters = ({ bytesIn }: Snapshot): number => bytesIn;
export const isLoadError = (error: unknown): boolean => error instanceof LoadError && error.cause !== undefined;
// @ts-expect-error: an unknown option
void connect("wss://example.org", { retries: 3 });
`;

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: true,
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable"],
  types: [],
};

for (const [moduleResolution, module] of [
  ["bundler", "esnext"],
  ["node16", "node16"],
  ["nodenext", "nodenext"],
]) {
  test(`a strict program compiles with moduleResolution ${moduleResolution}`, async (t) => {
    const settings = { compilerOptions: { ...strict, module, moduleResolution }, files: ["main.ts"] };
    const folder = await User.start(t).project({ "main.ts": program, "tsconfig.json": JSON.stringify(settings) });
    await runIn(folder, inProject("node_modules/.bin/tsc"), ["-p", "."]);
  });
}
