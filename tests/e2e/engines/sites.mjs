// The files that a server serves, with the tests' script in each page: WebDriver alone has no way to run one before a page's own.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = "relatch-test.js";
const sites = new Map();
let versions = 0;

/** A copy of the files for one server. */
export class Site {
  /** What each page is without the script. A test may write more of them. */
  #pages = new Map();

  static copy(t, www) {
    const site = new Site();
    site.folder = mkdtempSync(join(tmpdir(), "relatch-www-"));
    t.after(() => rmSync(site.folder, { recursive: true, force: true }));
    cpSync(www, site.folder, { recursive: true });
    return site;
  }

  /** Has the site's pages run this script from now on. */
  carry(source) {
    if (source === this.source) return;
    this.source = source;
    writeFileSync(join(this.folder, SCRIPT), source);
    // A script of another address is never taken from a cache.
    const tag = `<script src="/${SCRIPT}?${++versions}"></script>`;
    for (const name of readdirSync(this.folder, { recursive: true }).filter((name) => name.endsWith(".html"))) {
      const file = join(this.folder, name);
      if (!this.#pages.has(file)) this.#pages.set(file, readFileSync(file, "utf8"));
      writeFileSync(file, this.#pages.get(file).replace(/<!doctype html>/i, `$&${tag}`));
    }
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
