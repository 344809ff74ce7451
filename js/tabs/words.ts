// What links tell each other on the channel.

/** The longest wait that is believed, in ms: the longest that an option can ask for (an hour), and a fifth. */
export const LONGEST = 4_320_000;
/** Cuts of a wait in any such span, in ms, as in `src/client/hurry.rs`; but over all links. */
export const SPAN = 60_000;
export const CUTS = 2;
const DAY = 86_400_000;

const KINDS = [
  "try", // an attempt begins
  "failed", // it failed, or its line was not stable
  "ok", // the server is there
  "free", // it ended without a word about the server
  "ask", // is it still under way?
  "alive", // it is
  "how", // how does the group stand?
  "stands", // so
] as const;

export type Kind = (typeof KINDS)[number];

/** What is told: always all that the teller knows. */
export interface Word {
  relatch: 1;
  kind: Kind;
  /**
   * The attempt, of those of all links: when it began, on the clock of `Date.now()`, or one more than the last. So what one that has only now
   * come says is news too. It is compared with other rounds, never with a time, but that it must not be of another day.
   */
  round: number;
  /** Failures in a row. */
  failures: number;
  /** Until the next attempt is due, in ms: spans, since two pages have no clock in common that only goes forward. */
  due: number;
  /** When this was said, on the clock of `Date.now()`: a page that stood still hears it late. */
  said: number;
  /** The last wait from its beginning. */
  wait: number;
  /** Failures came after an `ok`. */
  shaky: boolean;
  /** How long ago waits were cut, in ms. */
  cuts: number[];
}

/** Whether it is a word of this version, with numbers that make sense: a page of another may use the same channel. */
export function isWord(data: unknown): data is Word {
  const word = data as Word;
  const isIn = (value: unknown, most: number) => typeof value == "number" && value >= 0 && value <= most;
  return (
    typeof word == "object" &&
    word?.relatch === 1 &&
    KINDS.includes(word.kind) &&
    Number.isInteger(word.round) &&
    isIn(word.round, Date.now() + DAY) &&
    isIn(word.failures, 2 ** 31) &&
    isIn(word.due, LONGEST) &&
    isIn(word.said, Date.now() + DAY) &&
    isIn(word.wait, LONGEST) &&
    typeof word.shaky == "boolean" &&
    Array.isArray(word.cuts) &&
    word.cuts.length <= CUTS &&
    word.cuts.every((cut) => isIn(cut, SPAN))
  );
}
