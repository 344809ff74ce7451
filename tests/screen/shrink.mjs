// A stream whose snapshots are wrong, made as short as it goes.

/** The shortest list that is found for which `fails` still holds, by leaving out ever smaller runs of the pieces after the first. */
export function shrunk([first, ...pieces], fails) {
  for (let run = Math.ceil(pieces.length / 2); run >= 1;) {
    const before = pieces.length;
    for (let from = 0; from < pieces.length;) {
      const fewer = [...pieces.slice(0, from), ...pieces.slice(from + run)];
      if (fails([first, ...fewer])) pieces = fewer;
      else from += run;
    }
    if (run === 1 && pieces.length === before) break;
    run = Math.max(1, Math.floor(run / 2));
  }
  return [first, ...pieces];
}
