// The packed package on a server, which renders pages and has none itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runIn, User } from "./user.mjs";

const program = (where) => `
import { connect, LoadError } from "${where}";
import { RelatchAddon } from "relatch/xterm";

const said = [];
for (let i = 0; i < 2; i++) {
  const error = await connect("ws://127.0.0.1/", { resume: true }).catch((error) => error);
  said.push([error instanceof LoadError, error.message, error.cause instanceof Error]);
}
console.log(JSON.stringify(said));
`;

for (const where of ["relatch", "relatch/inline"]) {
  test(`${where} is imported in Node and does nothing; connect() is refused each time, and the program ends`, async (t) => {
    const folder = await User.start(t).project({ "main.js": program(where) });
    const refused = [true, "relatch: a part of it did not load", true];
    assert.deepEqual(JSON.parse(await runIn(folder, "node", ["main.js"])), [refused, refused]);
  });
}
