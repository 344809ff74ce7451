// The link's events in plain words.
import type { Dropped, Gap, StateChange, Warning } from "relatch";

/** How the status line looks: at rest, well, wanting patience, or needing the reader. */
export type Tone = "quiet" | "good" | "wait" | "bad";

const reasons: Record<string, string> = {
  lost: "The line was cut",
  refused: "The server cannot be reached",
  timeout: "The server does not answer",
  heartbeat: "The line went silent",
  credentials: "The access token was refused",
  frozen: "The browser had put this page to sleep",
  "session-lost": "The shell is gone",
  overload: "The server asked for a rest",
};

const closings: Record<string, { tone: Tone; text: string }> = {
  ended: { tone: "quiet", text: "The session has ended" },
  user: { tone: "quiet", text: "Closed" },
  disposed: { tone: "quiet", text: "Closed" },
  credentials: { tone: "bad", text: "The access token was refused" },
};

/** The sentence for a state. Where an attempt is planned, a countdown ("in 8 s") follows it. */
export function state(change: StateChange): { tone: Tone; text: string } {
  const why = reasons[change.reason] ?? "The line is down";
  switch (change.state) {
    case "idle":
      return { tone: "quiet", text: "Not connected" };
    case "connecting":
      return { tone: "wait", text: change.attempt > 1 ? `Connecting, attempt ${change.attempt}…` : "Connecting…" };
    case "ready":
      return { tone: "good", text: "Connected" };
    case "waiting":
      return { tone: "wait", text: `${why}. Attempt ${change.attempt}` };
    case "open-circuit":
      return { tone: "wait", text: `${why}. Giving it a rest; attempt ${change.attempt}` };
    case "offline":
      return { tone: "wait", text: "Your device is offline. Looking again" };
    case "superseded":
      return { tone: "quiet", text: "Opened elsewhere" };
    case "closed":
      return closings[change.reason] ?? { tone: "bad", text: "The server refused" };
  }
}

/** How long until the next attempt, and what waits for it. */
export function countdown(milliseconds: number, typed: number): string {
  const wait = `in ${Math.max(0, Math.ceil(milliseconds / 1000))} s`;
  return typed ? `${wait}; ${bytesOf(typed)} typed wait for it` : wait;
}

/** What is missing of the output. */
export function gap({ from, to }: Gap): string {
  return from === undefined ? "Earlier output is not kept." : `${bytesOf(to - from)} of output are missing.`;
}

function bytesOf(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

/** What became of typing that did not arrive. */
export function dropped(detail: Dropped): string {
  const bytes = bytesOf(detail.bytes);
  if (detail.unknown) return `What was typed last (${bytes}) may not have arrived.`;
  const why: Record<string, string> = {
    overflow: "too much was waiting",
    expired: "it waited too long",
    "session-lost": "the shell it was for is gone",
    closed: "the line is closed",
    superseded: "the terminal was opened elsewhere",
  };
  const known = why[detail.reason];
  return `Typing (${bytes}) was dropped${known ? `: ${known}` : ""}.`;
}

/** What is odd, though the line goes on. */
export function warning(detail: Warning): string {
  if (detail.reason === "storage") return "This browser keeps nothing: a reload will not find this shell again.";
  return detail.code ? `The server closed the line with a code of its own, ${detail.code}.` : "";
}
