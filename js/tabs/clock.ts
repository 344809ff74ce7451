// Spans of time on this page's own clock, in ms.

/** Only goes forward, and no other page has it. */
export function now(): number {
  return performance.now();
}

/** Up to so many, by chance: pages that do the same do it at different times. */
export function chance(most: number): number {
  return Math.random() * most;
}
