// What the page's own address says.

/** The address of a path on this page's server, for a WebSocket. */
export function address(path: string): URL {
  const url = new URL(path, location.origin);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

/** The access token. It stands behind the `#`, which browsers neither send nor log. */
export function token(): string {
  return new URLSearchParams(location.hash.slice(1)).get("access") ?? "";
}

/** Those of the named query parameters that are there. */
export function fromQuery<Name extends string>(...names: Name[]): { [name in Name]?: string } {
  const query = new URLSearchParams(location.search);
  const found: { [name in Name]?: string } = {};
  for (const name of names) {
    const value = query.get(name);
    if (value !== null) found[name] = value;
  }
  return found;
}
