// A recording, cut at some offsets: a terminal that was restored there against the one that was never cut.
import { bytesBefore, differences, told } from "./compare.mjs";
import { feed, stateOf, terminal } from "./probe.mjs";
import { sizeAt } from "./recordings.mjs";

/** So many bytes more show what the screen at the cut does not: regions, tab stops, what is wrapped, what was saved. */
const AFTER = 4096;

/**
 * Checks the snapshots of a recording at their ascending offsets; returns what is wrong, a text a cut. With `before`, each comes after
 * those bytes, and what is above the screen then is not compared.
 */
export function check(recording, offsets, snapshots, before) {
  const { bytes, cols, rows } = recording;
  const uncut = new Player(recording, terminal(cols, rows), -1);
  const restored = offsets.map((offset, i) => () => {
    const { cols, rows } = sizeAt(recording, offset);
    const screen = terminal(cols, rows);
    if (before) feed(screen, before(i, screen));
    feed(screen, snapshots[i]);
    return new Player(recording, screen, offset);
  });
  const wrong = new Map();
  const later = [];
  const events = [];
  offsets.forEach((offset, cut) => {
    events.push({ at: offset, cut, fresh: true });
    events.push({ at: Math.min(bytes.length, offset + AFTER), cut, fresh: false });
  });
  for (const { at, cut, fresh } of events.sort((a, b) => a.at - b.at || a.cut - b.cut || b.fresh - a.fresh)) {
    uncut.goTo(at);
    const player = fresh ? (later[cut] = restored[cut]()) : later[cut];
    player.goTo(at);
    // What a cut is wrong in from the start is not told twice.
    if (!wrong.has(cut)) compare(cut, at, player.screen, fresh);
    if (!fresh) {
      player.screen.dispose();
      later[cut] = undefined;
    }
  }
  return [...wrong.values()];

  function compare(cut, at, screen, fresh) {
    const { cols } = sizeAt(recording, offsets[cut]);
    const reflowed = recording.resizes.some(([on, width]) => on > offsets[cut] && on <= at && width !== cols);
    const found = differences(stateOf(uncut.screen), stateOf(screen), { fresh, reflowed, scrollback: !before });
    if (!found.length) return;
    const { name } = recording;
    const when = fresh ? "" : `, ${at - offsets[cut]} bytes later`;
    const head = `${name}, cut at ${offsets[cut]}${when} (${screen.cols}x${screen.rows}):`;
    wrong.set(cut, {
      offset: offsets[cut],
      text: `${head}\n${told(found)}\n  before the cut: ${bytesBefore(bytes, offsets[cut])}`,
      found,
    });
  }
}

/** Plays a recording from an offset on. */
class Player {
  constructor(recording, screen, from) {
    Object.assign(this, { recording, screen, at: Math.max(0, from) });
    this.resizes = recording.resizes.filter(([offset]) => offset > from);
  }

  goTo(offset) {
    while (this.resizes.length && this.resizes[0][0] <= offset) {
      const [at, cols, rows] = this.resizes.shift();
      this.#feedTo(at);
      this.screen.resize(cols, rows);
    }
    this.#feedTo(offset);
  }

  #feedTo(offset) {
    if (offset <= this.at) return;
    feed(this.screen, this.recording.bytes.subarray(this.at, offset));
    this.at = offset;
  }
}
