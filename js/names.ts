// The names of what Rust gives by its place.
import type { Dropped, LinkState, Reset, Resumed, StateReason } from "./events.js";

/** As `State` has them. */
export const STATES: LinkState[] = [
  "idle",
  "connecting",
  "ready",
  "waiting",
  "open-circuit",
  "offline",
  "superseded",
  "closed",
];

/** As `Reason` has them. */
export const REASONS: StateReason[] = [
  "connect",
  "opened",
  "lost",
  "refused",
  "timeout",
  "url",
  "auth",
  "heartbeat",
  "offline",
  "online",
  "wake",
  "retry",
  "user",
  "frozen",
  "credentials",
  "session-lost",
  "desync",
  "overload",
  "superseded",
  "ended",
  "stopped",
  "disposed",
  "elsewhere",
];

/** As `DropReason` has them. */
export const DROPS: Dropped["reason"][] = ["overflow", "expired", "closed", "superseded", "session-lost", "lost"];

/** As `Reset` has them. */
export const RESETS: Reset["reason"][] = ["server", "session-lost", "restarted"];

/** As `Outcome` has them. */
export const OUTCOMES: Resumed["outcome"][] = ["ok", "gap", "new"];

/** As `count` in `src/web/export.rs` gives them. */
export const BREAKERS = ["closed", "open", "half-open"] as const;
