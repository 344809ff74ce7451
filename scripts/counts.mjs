// Test runners, and how many tests they say they have run.
import { run } from "./process.mjs";

/** Runs `cargo test`, or wasm-bindgen's runner, which prints alike: one sum for each test binary. */
export function cargoTests(program, args, env) {
  return counted(program, args, env, (output) => {
    const sums = { passed: 0, failed: 0 };
    for (const [, passed, failed, ignored] of output.matchAll(
      /^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm,
    )) {
      sums.passed += Number(passed);
      // What was ignored has not been shown to work.
      sums.failed += Number(failed) + Number(ignored);
    }
    return sums;
  });
}

/** Runs node's test runner over some files, of whose tests so many are left out: as ones that are yet to be done. */
export function nodeTests(files, env, left = 0) {
  return counted("node", ["--test", "--test-reporter=spec", "--test-concurrency=1", ...files], env, (output) => {
    const sum = (name) => Number(new RegExp(`^ℹ ${name} (\\d+)`, "m").exec(output)?.[1] ?? 0);
    const failed = sum("fail") + sum("cancelled") + sum("skipped") + Math.abs(sum("todo") - left);
    return { passed: sum("pass"), failed, left };
  });
}

async function counted(program, args, env, read) {
  const { code, output } = await run(program, args, { env, capture: true, fails: true });
  const counts = read(output);
  // A runner also fails before its first test, or after its last; and one that has found no test has shown nothing.
  if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) counts.failed = 1;
  return counts;
}
