import { connect, type Link } from "relatch";
import { address, token } from "./address.js";

/** One tile: a link, and all that its server has printed. */
interface Tile {
  link: Link;
  text: string;
}

const list = document.querySelector<HTMLElement>("#links")!;
const count = Number(new URLSearchParams(location.search).get("links") ?? 20);
const tiles = await Promise.all(Array.from({ length: count }, (_, index) => open(`link-${index + 1}`)));

// For the console, and for tests.
Object.assign(window, { links: tiles });

async function open(name: string): Promise<Tile> {
  const link = await connect(address("/terminal"), { name, auth: token, control: true });
  const tile: Tile = { link, text: "" };
  const item = list.appendChild(document.createElement("li"));
  const output = item.appendChild(document.createElement("pre"));
  const utf8 = new TextDecoder();
  item.dataset["state"] = link.state;
  link.addEventListener("statechange", ({ detail }) => (item.dataset["state"] = detail.state));
  link.addEventListener("message", ({ data }) => {
    if (typeof data === "string") return;
    tile.text += utf8.decode(data, { stream: true });
    output.textContent = plain(tile.text.slice(-2_000)).split("\n").slice(-5).join("\n");
  });
  return tile;
}

/** Text without its escape sequences. */
function plain(text: string): string {
  return text.replace(/\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\))/g, "");
}
