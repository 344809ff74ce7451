// What Rust calls, each with a link's handle first: the methods of that link's host.
import { imports } from "relatch-glue";
import type { Host } from "./host.js";

/** The hosts by their handles. */
export const hosts: Host[] = [];

type Methods = Record<string, (...values: number[]) => number>;

/** What the module imports: the clocks, and whatever method it asks for. A text or bytes come as their place and their length. */
export const calls = new Proxy(imports, {
  get: (clocks, name: string) =>
    clocks[name] ?? ((handle: number, ...values: number[]) => (hosts[handle] as unknown as Methods)[name]!(...values)),
});
