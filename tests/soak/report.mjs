// What the runs have shown, as a person reads it.
import { cpus, loadavg } from "node:os";
import { FAULTS } from "./faults.mjs";
import { percentile } from "./measure.mjs";

const MB = 2 ** 20;
const megabytes = (bytes) => (bytes / MB).toFixed(1);
const ms = (time) => time.toFixed(0);

/** The first run: what it measured, in lines. */
export function ofStream({ times, calm, pauses, memory, seconds, source, sha256, checked, compared, snapshot }) {
  const stood = pauses.reduce((sum, { ms }) => sum + ms / 1000, 0);
  const cuts = Object.entries(times).sort(([a], [b]) => a.localeCompare(b));
  const all = cuts.flatMap(([, times]) => times);
  const input = source.blocks * source.pieceBytes;
  return [
    heading("Seeded output and input, paced: the same bytes at both ends, no gap, nothing dropped"),
    `seed ${source.seed}; ${source.total} bytes of output, ${input} of input`,
    `SHA-256 of the output ${sha256}, as printed; compared ${checked} times on the way`,
    `${compared} bytes came a second time, to pages that were loaded again, and were the same`,
    `${seconds.toFixed(0)} s in all, ${stood.toFixed(0)} s of them with a process standing still`,
    `throughput ${megabytes(calm.bytes / calm.seconds)} MB/s undisturbed, over the last ${megabytes(calm.bytes)} MB, on ${cpus().length} processors with a load of ${loadavg()[0].toFixed(1)}`,
    `the last page: ${snapshot.attempts} attempts, ${ms(snapshot.downtime)} ms without a line`,
    heading("Survived, and the time from the line's loss to the next one, in ms; of a reload, from its beginning"),
    ...table(
      ["what", "times", "p50", "p99", "most"],
      [...cuts, ["all", all]].map(([name, times]) => [
        name,
        times.length,
        ...[0.5, 0.99, 1].map((part) => ms(percentile(times, part))),
      ]),
    ),
    heading("Standing still"),
    ...pauses.map(ofPause),
    heading("Memory, in MB"),
    ...table(
      ["what", "start", "end", "most"],
      [
        [
          "the first page's heap; at the end, the last page's",
          megabytes(memory.first.heap),
          megabytes(memory.end.heap),
          "",
        ],
        ["the last page's heap", megabytes(memory.last.heap), megabytes(memory.end.heap), ""],
        ["the last page's module", megabytes(memory.last.module), megabytes(memory.end.module), ""],
        ...(memory.server
          ? [
              [
                "the server (resident)",
                megabytes(memory.server.now),
                megabytes(memory.serverEnd.now),
                megabytes(memory.serverEnd.most),
              ],
            ]
          : []),
      ],
    ),
  ];
}

function ofPause({ who, ms: stood, rest, took, story }) {
  const changes = story.map(([at, state, reason]) => `${(at / 1000).toFixed(1)} s ${state} (${reason})`);
  const meanwhile = changes.length ? changes.join(", ") : "the line stayed";
  return `${who} for ${stood / 1000} s: ${rest} bytes that were under way then came within ${ms(took)} ms after that; ${meanwhile}`;
}

/** The second run. */
export function ofGaps({ counts, printed, gaps, missing, compared, seconds }) {
  return [
    heading("Output that floods past a page that is away: its screen is right, cell by cell"),
    `${printed} bytes were printed; ${gaps} gaps, in which ${missing} bytes were missing to a page that had those before; ${seconds.toFixed(0)} s`,
    `the screen was compared ${compared} times: text, attributes, cursor, modes, both screens`,
    ...table(["what", "times"], Object.entries(counts)),
  ];
}

/** What was played, and what is shown elsewhere. */
export function ofFaults(counts) {
  return [
    heading("The faults, how often each was played, and where else it is shown"),
    ...table(
      ["fault", "here", "elsewhere"],
      FAULTS.map(({ fault, here, elsewhere = "" }) => [
        fault,
        here.reduce((sum, name) => sum + (counts[name] ?? 0), 0),
        elsewhere,
      ]),
    ),
  ];
}

const heading = (text) => `\n━━ ${text}`;

/** Rows under their heads; columns of numbers to the right. */
function table(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => String(row[column]).length)));
  const isNumber = head.map((_, column) => rows.every((row) => /^[\d.]*$/.test(String(row[column]))));
  const line = (row) =>
    row
      .map((cell, column) => String(cell)[isNumber[column] ? "padStart" : "padEnd"](widths[column]))
      .join("  ")
      .trimEnd();
  return [head, ...rows].map(line);
}
