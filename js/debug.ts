// What the option `debug` writes to the console: one line for each change of state, one for all else that happens to a link.

import type { Link } from "./link.js";

/** Writes what becomes of this link. */
export function debug(link: Link): void {
  link.addEventListener("statechange", ({ detail }) => {
    const { previous, state, reason, attempt, retryIn, code, closeReason, status } = detail;
    const parts = [
      `${previous} -> ${state} (${reason})`,
      `attempt ${attempt}` + (retryIn === undefined ? "" : ` in ${retryIn} ms`),
      code && `closed with ${code} ${JSON.stringify(closeReason)}`,
      status && `HTTP ${status}`,
    ];
    write(link, parts.filter(Boolean).join(", "));
  });
  for (const type of ["resumed", "reset", "gap", "exit", "dropped", "warning"] as const)
    link.addEventListener(type, ({ detail }) => write(link, `${type} ${JSON.stringify(detail)}`));
}

function write({ sessionKey }: Link, text: string): void {
  console.debug(`relatch ${sessionKey}: ${text}`);
}
