// Values on their way between a test and a page: what JSON has, and what it has not that tests use.

/** Runs in the page and here: a value as JSON. It names nothing outside itself. Of what is no plain object only that it is there is said. */
export function pack(value) {
  const within = new Set();
  const isPlain = (value) => [undefined, "Object"].includes(Object.getPrototypeOf(value)?.constructor.name);
  const walk = (value) => {
    if (value === undefined || typeof value === "function" || typeof value === "symbol") return { $: "undefined" };
    if (typeof value === "bigint") return { $: "bigint", value: String(value) };
    if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
      return { $: "number", value: Object.is(value, -0) ? "-0" : String(value) };
    if (value === null || typeof value !== "object") return value;
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (kind === "Error" || kind === "DOMException") return { $: "error", name: value.name, message: value.message };
    if (kind === "Date") return { $: "date", value: +value };
    if (kind === "Uint8Array") return { $: "bytes", value: Array.from(value) };
    const isList = Array.isArray(value);
    if (!isList && !isPlain(value)) return {};
    if (within.has(value)) throw new Error("a value that contains itself");
    within.add(value);
    const packed = isList
      ? Array.from(value, walk)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
    within.delete(value);
    return packed;
  };
  return JSON.stringify(walk(value));
}

/** Runs in the page and here: the value of such a text. It names nothing outside itself. */
export function unpack(text) {
  const walk = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(walk);
    switch (value.$) {
      case "undefined":
        return undefined;
      case "bigint":
        return BigInt(value.value);
      case "number":
        return Number(value.value);
      case "error":
        return Object.assign(new Error(value.message), { name: value.name });
      case "date":
        return new Date(value.value);
      case "bytes":
        return Uint8Array.from(value.value);
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(JSON.parse(text));
}
