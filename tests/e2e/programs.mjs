// Full-screen programs in the page's shell: what they run on, how they look when they are there, and how they are used.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "../../scripts/project.mjs";
import { look, looksAs, printing } from "./look.mjs";
import { newWindow, openShell, Server } from "./stage.mjs";

/** Sizes of the window. */
export const SIZES = {
  usual: { width: 1000, height: 560 },
  smaller: { width: 700, height: 380 },
  larger: { width: 1180, height: 700 },
};

/**
 * Of each: the files that it needs in the shell's home, a line typed before it, the line that starts it, a pattern of its screen, one of
 * the last two lines as a look has them, the keys that make it draw all anew, a use of it that shows that it is alive, how it is left, and what is to be found then.
 */
export const PROGRAMS = {
  vim: {
    prepare(home) {
      copyFileSync(inProject("src/backoff.rs"), join(home, "backoff.rs"));
      copyFileSync(inProject("www/words.ts"), join(home, "words.ts"));
      // One that begins while no page is there to say how dark it is would take it for light.
      const looks = "background=dark termguicolors number cursorline ruler laststatus=2 title noshowcmd";
      // Whether the name of the file that was read last is still in the last line depends on when the screen is drawn.
      writeFileSync(join(home, ".vimrc"), `set ${looks} mouse=a ttimeoutlen=20 shortmess+=F\nsyntax on\n`);
    },
    start: "vim -O +40 backoff.rs words.ts",
    shows: /backoff\.rs +40,[^]*words\.ts/,
    bottom: /^backoff\.rs .*words\.ts .*Top .*\n {2}/,
    redraw: "\f",
    async use(shell) {
      await shell.page.keyboard.type("Otyped after the loss");
      await shell.page.keyboard.press("Escape");
      await shell.shows(/40 typed after the loss[^]*backoff\.rs \[\+\] +40,20 .*Top$/);
    },
    quit: ":xa\n",
    left(home) {
      assert.match(readFileSync(join(home, "backoff.rs"), "utf8"), /^typed after the loss$/m);
    },
  },
  htop: {
    prepare(home) {
      // What moves by itself is left out, so that pictures can be compared. 0, 48, 17, 18, 1: number, user, priority, niceness, command.
      const shown = ["fields=0 48 17 18 1", "tree_view=0", "header_layout=two_50_50"];
      const header = ["Hostname", "System"].flatMap((meter, i) => [
        `column_meters_${i}=${meter}`,
        `column_meter_modes_${i}=2`,
      ]);
      writeFileSync(join(home, "htoprc"), [...shown, ...header, ""].join("\n"));
    },
    before: "for i in {1..9}; do sleep 100$i & done",
    start: 'env HTOPRC=htoprc htop -p "$(jobs -p | paste -sd, -)"',
    shows: /Hostname: [^]*sleep 1009[^]*F10Quit/,
    bottom: /\nF1Help .*F10Quit /,
    redraw: "\f",
    async use(shell) {
      await shell.page.keyboard.press("F3");
      await shell.page.keyboard.type("1007");
      await shell.shows(/Search: 1007$/);
      await shell.page.keyboard.press("Enter");
      await shell.shows(/F10Quit$/);
      // The line found is shown in the search's colour until another is chosen.
      await printing(shell, () => shell.page.keyboard.press("ArrowDown"));
    },
    quit: "q",
  },
  tmux: {
    prepare(home) {
      writeFileSync(join(home, "colours"), colours(12) + rainbow(6));
      // No clock, and no server that stays when its terminal has gone.
      const settings = ['status-right ""', "exit-unattached on", "automatic-rename off", "allow-rename off"];
      writeFileSync(join(home, "tmux.conf"), settings.map((setting) => `set -g ${setting}\n`).join(""));
    },
    start: "tmux -S tmux.sock -f tmux.conf new -s work -n panes 'cat colours; exec bash' ';' split-window -h",
    shows: /line 12[^]*│[^]*\[work\] 0:panes\*/,
    bottom: /│.*\n\[work\] 0:panes\* .* p2\]$/,
    redraw: "\x02r",
    // It draws once, however often it is told to by keys that come at a time.
    storm: "for i in {1..350}; do tmux refresh-client; done; clear\r",
    async use(shell) {
      await shell.type("echo pane-$TMUX_PANE-is-right");
      await shell.shows(/│pane-%1-is-right *\n.*│ada@loom/);
      await shell.page.keyboard.press("Control+b");
      await shell.page.keyboard.press("o");
      await shell.type("echo pane-$TMUX_PANE-is-left");
      await shell.shows(/^pane-%0-is-left +│.*\nada@loom/m);
    },
    quit: "tmux kill-server\n",
  },
  less: {
    prepare(home) {
      writeFileSync(join(home, "colours"), colours(2_000));
    },
    start: "env LESS= LESSHISTFILE=- less -R -M +1000 -p 'line [0-9]*8' colours",
    shows: /colours lines \d+-\d+\/2000/,
    bottom: /\ncolours lines \d+-\d+\/2000 \d+% /,
    redraw: "\f",
    async use(shell) {
      const [, before] = await shell.shows(/lines (\d+)-\d+\/2000/);
      await shell.page.keyboard.type(" ");
      const [, after] = await shell.shows(new RegExp(`lines (?!${before}-)(\\d+)-\\d+/2000 \\d+%$`));
      assert.ok(Number(after) > Number(before), `${after} is not below ${before}`);
    },
    quit: "q",
  },
};

/** Opens a page, whose clock is the test's, with a program in its shell, behind what the shell is typed first. */
export async function open(t, program, first) {
  const server = await Server.start(t);
  // A cursor that blinks would be there in one picture and not in the other.
  const window = await newWindow(t, { viewport: SIZES.usual, reducedMotion: "reduce" });
  const shell = await openShell(window, server, { clock: true });
  await first?.(shell);
  program.prepare(server.home);
  if (program.before) await shell.type(program.before);
  return { server, shell, pid: await start(shell, server, program) };
}

/** A program that is there is used, and draws upon the screen that came back what it draws upon an empty one; then it is left. */
export async function goesOn(shell, server, program, pid, what) {
  await program.use(shell);
  const drawn = await look(shell);
  await redraw(shell, program);
  await looksAs(shell, drawn, `${what}, drawn anew`);
  await quit(shell, server, program, pid);
  program.left?.(server.home);
}

/** Starts a program: resolves once its screen is there, to its process id. */
async function start(shell, server, program) {
  await shell.type(startOf(program));
  await shell.shows(program.shows);
  // What answers to its questions make it draw comes before what it is asked to.
  await redraw(shell, program);
  return pidIn(server.home);
}

/** Makes a program draw its screen anew. */
export function redraw(shell, program) {
  return printing(shell, () => input(shell, program.redraw));
}

/** Makes a program print much: so often, if need be, until what it printed first is forgotten. */
export function storm(shell, program) {
  return printing(shell, () => input(shell, program.storm ?? program.redraw.repeat(100)));
}

function input(shell, keys) {
  return shell.page.evaluate((keys) => window.relatch.terminal.input(keys), keys);
}

/**
 * Leaves a program, which is the process it was: it runs until then, and is gone then. The shell's own screen is there again, of the size that the shell knows.
 */
export async function quit(shell, server, program, pid) {
  assert.equal(pidIn(server.home), pid, "the program was started anew");
  assert.ok(isRunning(pid), "the program has ended before it was left");
  await shell.page.keyboard.type(program.quit);
  await shell.shows(/^before-42$[^]*\$$/m);
  assert.equal(isRunning(pid), false);
  const [rows, cols] = await shell.page.evaluate(() => [window.relatch.terminal.rows, window.relatch.terminal.cols]);
  await shell.ask("stty size", new RegExp(`^${rows} ${cols}$`, "m"));
}

/** The line that starts a program. Its own process writes its number down: one that was started anew would write another. */
export function startOf({ start }) {
  return `echo before-$((40+2)); bash -c 'echo $$ >pid; exec "$@"' run ${start}`;
}

export function pidIn(home) {
  return Number(readFileSync(join(home, "pid"), "utf8"));
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Lines in colours of all kinds: the 16, the 256, true colour, on grounds and with styles; wide and combining characters. */
function colours(count) {
  const styles = ["31", "1;32", "93", "4;34", "38;5;208", "3;38;5;141", "38;2;90;200;250", "7;36", "48;5;22;97", "9;2"];
  const line = (i) => `\x1b[${styles[i % styles.length]}mline ${i} ${"─".repeat(i % 7)} 漢字 e\u0301\x1b[m and plain`;
  return Array.from({ length: count }, (_, i) => `${line(i + 1)}\n`).join("");
}

/** Lines in which each cell has a colour of its own. */
function rainbow(count) {
  const cell = (x, y) => `\x1b[38;2;${x * 5};${255 - x * 5};${y * 40}m▄`;
  const line = (y) => Array.from({ length: 50 }, (_, x) => cell(x, y)).join("");
  return Array.from({ length: count }, (_, y) => `${line(y)}\x1b[m\n`).join("");
}
