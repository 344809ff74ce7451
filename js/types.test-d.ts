// Checked by `tsc` alone: each line states what a user's editor is to accept or to refuse.
import type { Terminal } from "@xterm/xterm";
import { connect, type Link, type LinkState } from "relatch";
import { RelatchAddon } from "relatch/xterm";

declare const terminal: Terminal;
declare const expectString: (value: string) => void;

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

const state: LinkState = link.state;
expectString(state);
// @ts-expect-error: a link's state is its own
link.state = "closed";

link.addEventListener("statechange", ({ detail }) => {
  // @ts-expect-error: not every change has a wait after it
  const wait: number = detail.retryIn;
  void wait;
});
link.addEventListener("reset", ({ detail }) => {
  // @ts-expect-error: there are two reasons, and this is neither
  if (detail.reason === "gap") return;
});
link.addEventListener("message", (event) => {
  if (typeof event.data === "string") expectString(event.data);
  else terminal.write(new Uint8Array(event.data));
});
link.addEventListener("close", { handleEvent: ({ detail }) => expectString(detail.closeReason) }, { once: true });
// @ts-expect-error: no such event
link.addEventListener("open", () => {});

link.send(new Uint8Array([3]));
// @ts-expect-error: a Blob has no order among what is sent
link.send(new Blob());

terminal.loadAddon(new RelatchAddon(link));
terminal.loadAddon(new RelatchAddon(link, { resize: (cols, rows) => JSON.stringify({ cols, rows }) }));
