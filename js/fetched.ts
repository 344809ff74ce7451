/** The WebAssembly module, where it is a file beside this one. */
export async function moduleBytes(): Promise<BufferSource> {
  const response = await fetch(new URL("relatch_bg.wasm", import.meta.url));
  if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
  // Not streamed: that wants the right Content-Type, and this module compiles in a few milliseconds.
  return response.arrayBuffer();
}
