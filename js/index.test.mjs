import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, LoadError } from "../dist/index.js";

test("importing the package on a server does nothing, and connecting there fails clearly each time", async () => {
  for (let i = 0; i < 2; i++) {
    await assert.rejects(
      connect("ws://127.0.0.1/"),
      (error) => error instanceof LoadError && error.cause instanceof Error,
    );
  }
});
