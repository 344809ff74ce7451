// The files that a server serves, with the tests' script in each page: WebDriver alone has no way to run one before a page's own.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = "relatch-test.js";
const sites = new Map();
let versions = 0;

/** A copy of the files for one server. */
export class Site {
  #pages;

  static copy(t, www) {
    const site = new Site();
    site.folder = mkdtempSync(join(tmpdir(), "relatch-www-"));
    t.after(() => rmSync(site.folder, { recursive: true, force: true }));
    cpSync(www, site.folder, { recursive: true });
    const pages = readdirSync(site.folder, { recursive: true }).filter((file) => file.endsWith(".html"));
    site.#pages = pages.map((file) => [join(site.folder, file), readFileSync(join(site.folder, file), "utf8")]);
    return site;
  }

  /** Has the site's pages run this script from now on. */
  carry(source) {
    if (source === this.source) return;
    this.source = source;
    writeFileSync(join(this.folder, SCRIPT), source);
    // A script of another address is never taken from a cache.
    const tag = `<script src="/${SCRIPT}?${++versions}"></script>`;
    for (const [file, text] of this.#pages) writeFileSync(file, text.replace(/<!doctype html>/i, `$&${tag}`));
  }

  /** Is served at this origin. */
  isAt(origin) {
    sites.set(origin, this);
  }
}

/** The site at an address, if it is one of the tests'. */
export function siteAt(url) {
  return URL.canParse(url) ? sites.get(new URL(url).origin) : undefined;
}
