// What Rust calls, each with a link's handle first: the methods of that link's host.
import type { Host } from "./host.js";

/** The hosts by their handles. */
export const hosts: Host[] = [];

type Method =
  "number" | "greet" | "arm" | "address" | "connect" | "send" | "discard" | "deliver" | "store" | "fill" | Told;
type Told = "changed" | "reset" | "resumed" | "gap" | "size" | "exit" | "dropped" | "unmapped";

function call(method: Method) {
  return (handle: number, ...values: unknown[]): unknown => {
    const host = hosts[handle] as unknown as Record<Method, (...values: unknown[]) => unknown>;
    return host[method](...values);
  };
}

export const number = call("number");
export const greet = call("greet");
export const arm = call("arm");
export const address = call("address");
export const connect = call("connect");
export const send = call("send");
export const discard = call("discard");
export const deliver = call("deliver");
export const store = call("store");
export const fill = call("fill");
export const changed = call("changed");
export const reset = call("reset");
export const resumed = call("resumed");
export const gap = call("gap");
export const size = call("size");
export const exit = call("exit");
export const dropped = call("dropped");
export const unmapped = call("unmapped");
