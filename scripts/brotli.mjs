// What bytes weigh on their way to a browser.
import { brotliCompressSync, constants } from "node:zlib";

/** How many bytes these are as a server sends them that compresses once: brotli at its best (RFC 7932). */
export function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}
