// What happens to the long stream, and when.
import { RELOADS } from "./reloads.mjs";

/** So much of the stream flows undisturbed, at its end. */
const CALM_PART = 1 / 4;
/** What flows between two events, at the least: a fault that counts bytes needs some. */
const SHARE_BYTES = 192 * 1024;
/** Who stands still, and where in its part of the stream. */
export const PAUSES = { "the server stands still": 0.3, "the page stands still": 0.7 };

/** The part of the stream that has flowed when so many of the events are over. */
export const sharedUpTo = (part, events) => ((1 - CALM_PART) * part) / (events + 1);

/** A stream through so many events has so many bytes, at the least. */
export const leastBytes = (events) => Math.ceil((SHARE_BYTES * (events + 1)) / (1 - CALM_PART));

/** What happens, in order: reloads in the first half, so that the last page lives long; pauses all over. */
export function plan({ cuts, reloads, pauses, kinds, random }) {
  // First each kind in each of its variants, then all kinds over and over, in one variant after the other; each round in another order.
  const variants = ({ variants = [undefined] }) => variants;
  const round = (index) =>
    Object.entries(kinds).flatMap(([cut, kind]) =>
      (index ? [variants(kind)[(index - 1) % variants(kind).length]] : variants(kind)).map((variant) => ({
        cut,
        variant,
      })),
    );
  const plays = [];
  for (let index = 0; plays.length < cuts; index++) plays.push(...shuffled(round(index), random));
  const actions = plays.slice(0, cuts).map((play, index) => ({
    at: (index + 0.5) / cuts,
    said: [play.cut, play.variant].filter(Boolean).join(": "),
    ...play,
  }));
  const names = Object.keys(RELOADS);
  for (let i = 0; i < reloads; i++) {
    const reload = names[i % names.length];
    actions.push({ at: (i + 0.5) / reloads / 2, said: reload, reload });
  }
  for (const [pause, offset] of Object.entries(PAUSES))
    for (let i = 0; i < pauses; i++) actions.push({ at: (i + offset) / pauses, said: pause, pause });
  return actions.sort((a, b) => a.at - b.at);
}

function shuffled(items, random) {
  for (let i = items.length - 1; i > 0; i--) {
    const other = random(i + 1);
    [items[i], items[other]] = [items[other], items[i]];
  }
  return items;
}
