import { connect } from "relatch";
import { RelatchAddon } from "relatch/xterm";
import { address, fromQuery, token } from "./address.js";
import { ring } from "./bell.js";
import { showNotice } from "./notice.js";
import { Status } from "./status.js";
import { openTerminal } from "./terminal.js";

const status = new Status();
const terminal = openTerminal(document.querySelector<HTMLElement>("#terminal")!);

try {
  const link = await connect(address("/terminal"), {
    ...fromQuery("projectId", "name", "kind"),
    auth: token,
    // `?passthrough` shows what the same page is without resume.
    ...(fromQuery("passthrough").passthrough === undefined ? { resume: true } : { control: true }),
  });
  const addon = new RelatchAddon(link);
  terminal.loadAddon(addon);
  terminal.onBell(() => {
    if (!addon.isReplaying) ring();
  });
  // While the line is down, Tab is no use to the shell: let it reach the Retry button.
  terminal.attachCustomKeyEventHandler((event) => event.key !== "Tab" || link.state === "ready");
  link.addEventListener("ready", () => terminal.focus());
  status.follow(link);
  showNotice(link);
  // For the console, and for tests.
  Object.assign(window, { relatch: { link, terminal } });
} catch (error) {
  status.say("bad", error instanceof Error ? error.message : String(error));
}

// A new token is meant for a new start.
window.addEventListener("hashchange", () => location.reload());
