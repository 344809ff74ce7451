// Checked by `tsc` alone: each line states what a user's editor is to accept or to refuse.
import type { Terminal } from "@xterm/xterm";
import { connect, type ConnectOptions, type Link, type LinkState } from "relatch";
import { RelatchAddon } from "relatch/xterm";

declare const terminal: Terminal;
declare const expectString: (value: string) => void;
declare const expectNumber: (value: number) => void;
declare const either: boolean;

const link: Link = await connect("wss://host/terminal", { projectId: "p1", auth: async () => "token", control: true });
await connect(new URL("https://host/terminal"));
await connect(async () => "wss://host/terminal", {
  backoff: { jitter: "none" },
  closeCodes: { "4000-4099": "open-breaker" },
});
// @ts-expect-error: an unknown option
await connect("wss://host", { retries: 3 });
// @ts-expect-error: a verdict that does not exist
await connect("wss://host", { closeCodes: { "4001": "panic" } });

await connect("wss://host", {
  sharedRetries: true,
  probeUrl: new URL("https://host/health"),
  signal: new AbortController().signal,
});
await connect(() => "wss://host", { sharedRetries: "terminals" });

// What goes together, by `resume` and `control`.
await connect("wss://host", { resume: true, kind: "claude" });
await connect("wss://host", { heartbeat: { message: "ping", every: 1000, timeout: 500 }, protocols: ["a"] });
await connect("wss://host", { control: true, protocols: "a" });
await connect("wss://host", { resume: either, name: "n" });
await connect("wss://host", { control: either });
await connect("wss://host", either ? { resume: true } : { control: true });
const wrapped = (options: { resume?: boolean; name?: string }) => connect("wss://host", options);
void wrapped;
// @ts-expect-error: resume has a heartbeat of its own
await connect("wss://host", { resume: true, heartbeat: { message: "ping", every: 1000, timeout: 500 } });
// @ts-expect-error: resume has a subprotocol of its own
await connect("wss://host", { resume: true, protocols: "a" });
// @ts-expect-error: resume has control frames of its own
await connect("wss://host", { resume: true, control: true });
// @ts-expect-error: the control frames have room for no heartbeat
await connect("wss://host", { control: true, heartbeat: { message: "ping", every: 1000, timeout: 500 } });
// @ts-expect-error: a heartbeat is whole or left out
await connect("wss://host", { heartbeat: { message: "ping" } });

const kind = (options: ConnectOptions) => {
  // Told apart by `resume`: what a plain link alone has is not there.
  if (options.resume) return options.protocols satisfies undefined;
  return options.protocols satisfies string | string[] | undefined;
};
void kind;

const state: LinkState = link.state;
expectString(state);
// @ts-expect-error: a link's state is its own
link.state = "closed";

link.addEventListener("statechange", ({ detail }) => {
  // @ts-expect-error: not every change has a wait after it
  const wait: number = detail.retryIn;
  void wait;
  if (detail.state === "ready") detail.retryIn satisfies undefined;
  // The two go together.
  if (detail.retryIn !== undefined) expectNumber(detail.retryAt);
  if (detail.code !== undefined) expectString(detail.closeReason);
  // @ts-expect-error: not every change comes with a code
  expectNumber(detail.code);
});
link.addEventListener("retry", ({ detail }) => expectNumber(detail.retryIn));
link.addEventListener("exit", ({ detail }) => {
  // @ts-expect-error: it may have been killed
  expectNumber(detail.code);
  if (detail.signal === undefined) expectNumber(detail.code);
  else expectNumber(detail.signal);
});
link.addEventListener("warning", ({ detail }) => {
  if (detail.reason === "unmapped-code") expectNumber(detail.code);
  // @ts-expect-error: a store that fails has no code
  else expectNumber(detail.code);
});
expectNumber(link.snapshot().failuresByCode[1006] ?? 0);
link.addEventListener("reset", ({ detail }) => {
  // @ts-expect-error: there are two reasons, and this is neither
  if (detail.reason === "gap") return;
});
link.addEventListener("message", (event) => {
  if (typeof event.data === "string") expectString(event.data);
  else terminal.write(new Uint8Array(event.data));
});
link.addEventListener("close", { handleEvent: ({ detail }) => expectString(detail.closeReason ?? "") }, { once: true });
// @ts-expect-error: no such event
link.addEventListener("open", () => {});

link.send(new Uint8Array([3]));
// @ts-expect-error: a Blob has no order among what is sent
link.send(new Blob());

terminal.loadAddon(new RelatchAddon(link));
terminal.loadAddon(new RelatchAddon(link, { resize: (cols, rows) => JSON.stringify({ cols, rows }) }));
