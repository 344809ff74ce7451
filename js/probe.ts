// What an HTTP request says about a WebSocket that was refused: a page sees no status of a failed handshake, only the code 1006.

/** What an HTTP answer says of a refused WebSocket, as a close. */
export interface Refusal {
  /** The HTTP status; 0 where a redirect hides it. */
  status?: number;
  /** The close code that stands for it; 1006 says no more than the browser did. */
  code: number;
  /** `{"retry_ms":n}` where the server said how long to wait, else nothing. */
  reason: string;
}

/** Asks why the server refuses; `undefined` if the answer explains nothing, or there is none. It never rejects. */
export type Probe = (url: string | URL) => Promise<Refusal | undefined>;

/** The answer is waited for so long, in ms. */
const PATIENCE = 5000;
/** RFC 9110 §5.6.7: of the three forms of a date the one that is sent today. */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

export const probe: Probe = async (url) => {
  try {
    const response = await fetch(url, {
      cache: "no-store",
      credentials: "include",
      // A redirect leads to the page where one signs in, which answers with 200.
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    response.body?.cancel().catch(() => {});
    const { type, status, headers } = response;
    // Outside browsers a redirect keeps its status.
    if (type == "opaqueredirect" || (status >= 300 && status < 400 && status != 304)) return says(status, 4401);
    if (status == 401) return says(status, 4401);
    if (status == 403) return says(status, 4403);
    if (status == 404) return says(status, 1006);
    if (status == 429) return says(status, 4429, headers);
    if (status == 503) return says(status, 1013, headers);
    if (status >= 500) return says(status, 1011);
  } catch {
    // No answer, or none that this page may see.
  }
  return undefined;
};

function says(status: number, code: number, headers?: Headers): Refusal {
  const wait = headers && retryAfter(headers);
  return { status, code, reason: wait == undefined ? "" : JSON.stringify({ retry_ms: wait }) };
}

/** RFC 9110 §10.2.3: whole seconds or a date, in ms from now; nothing where it is neither, or is kept from this page. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,12}$/.test(text)) return +text * 1000;
  if (!DATE.test(text)) return undefined;
  // Counted from the server's own clock, where it is told; this one may be wrong.
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  const wait = Date.parse(text) - now;
  return wait >= 0 ? wait : undefined;
}
