// The home folder that recordings are made in: nothing in it is of the machine that makes them.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const HOME = "/tmp/demo";

/** All that a recorded program gets to see of the environment. Programs are Debian's, wherever else there are others. */
export const ENV = {
  HOME,
  USER: "demo",
  LOGNAME: "demo",
  SHELL: "/bin/bash",
  PATH: "/usr/bin:/bin:/usr/games",
  TERM: "xterm-256color",
  COLORTERM: "truecolor",
  LANG: "C.UTF-8",
  TZ: "UTC",
  LESSHISTFILE: "-",
};

const FILES = {
  ".bashrc": `
PS1='\\[\\e]0;demo: \\w\\a\\]\\[\\e[1;32m\\]demo\\[\\e[0m\\]:\\[\\e[1;34m\\]\\w\\[\\e[0m\\]$ '
HISTFILE=
alias ls='ls --color=auto'
`,
  ".inputrc": "set bell-style audible\nset enable-bracketed-paste on\nset colored-stats on\n",
  ".vimrc": `
syntax on
set nocompatible number hlsearch incsearch showcmd ruler laststatus=2 mouse=a title viminfo= noswapfile
set termguicolors background=dark
let &t_SI = "\\e[6 q"
let &t_EI = "\\e[2 q"
`,
  ".tmux.conf": `
set -g status-left "[#S] "
set -g status-right "demo"
set -g status-style bg=colour24,fg=colour255
set -g default-terminal tmux-256color
set -g default-command "bash --noprofile"
set -g mouse on
set -g set-titles on
`,
  ".gitconfig": `
[user]
  name = Demo
  email = demo@example.org
[color]
  ui = always
[init]
  defaultBranch = main
`,
  "project/Makefile": `
CFLAGS = -Wall -Wextra -fdiagnostics-color=always -fdiagnostics-urls=always
OBJECTS = main.o list.o words.o broken.o

demo: $(OBJECTS)
\t$(CC) -o $@ $^

%.o: %.c list.h
\t@printf '\\033[1;32m   Compiling\\033[0m %s\\n' $<
\t@$(CC) $(CFLAGS) -c -o $@ $<
`,
  "project/list.h": "struct node {\n\tint value;\n\tstruct node *next;\n};\n\nstruct node *push(struct node *, int);\n",
  "project/main.c": `#include <stdio.h>
#include "list.h"

/* Prints the first numbers, and their squares. */
int main(int argc, char **argv)
{
\tstruct node *list = NULL;
\tint unused, i;
\tfor (i = 0; i < 100; i++)
\t\tlist = push(list, i * i);
\tfor (; list != NULL; list = list->next)
\t\tprintf("%s: %d\\n", "a square", list->value);
\tprintf("%s %d\\n", 7, "seven");
\treturn 0;
}
`,
  "project/list.c": `#include <stdlib.h>
#include "list.h"

struct node *push(struct node *list, int value)
{
\tstruct node *node = malloc(sizeof *node);
\tif (node = NULL)
\t\treturn list;
\tnode->value = value;
\tnode->next = list;
\treturn node;
}
`,
  "project/words.c": `static const char *words[] = {
${Array.from({ length: 60 }, (_, i) => `\t"word ${i}: ${"überlänge 漢字 🎉 ".repeat(i % 5)}",`).join("\n")}
};

const char *word(int i)
{
\tif (i < 0 || i >= sizeof words / sizeof *words)
\t\treturn "";
\treturn words[i];
}
`,
  "project/broken.c": `#include "list.h"

int broken(struct node *list)
{
\tint sum = 0;
\twhile (list) {
\t\tsum += list->valeu;
\t\tlist = list->nxet;
\t}
\treturn summ
}
`,
  "long.txt": Array.from(
    { length: 400 },
    (_, i) =>
      `${String(i + 1).padStart(4)} ${i % 7 ? "The quick brown fox jumps over the lazy dog." : "x".repeat(230)}`,
  ).join("\n"),
  "coloured.txt": Array.from(
    { length: 200 },
    (_, i) =>
      `\x1b[${30 + (i % 8)}m${i}\x1b[0m \x1b[38;5;${i}mpalette ${i}\x1b[0m \x1b[4munder\x1b[24m \x1b[1;7mbold\x1b[0m ${"日本語".repeat(i % 4)}`,
  ).join("\n"),
  "unicode.txt": `
Wide: 漢字かな交じり文 한국어 中文 ｆｕｌｌ
Combining: e\u0301 a\u0308 n\u0303 o\u0302\u0323 Z\u0351\u036b\u0343 \u0915\u094d\u0937
Emoji: 🎉 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 ❤️ ☂️ 1️⃣
Right to left: שלום مرحبا
Symbols: ─│┌┐└┘├┤┬┴┼ ░▒▓█ ▁▂▃▄▅▆▇ ←↑→↓ ★☆ ✓✗ 𝕬𝖇𝖈 𐍈
Zero width: a\u200bb\u200cc\u200dd\ufeffe\u2060f
${"漢".repeat(90)}
a${"漢".repeat(90)}
${"e\u0301".repeat(170)}
`,
  "progress.sh": `
for i in $(seq 0 4 100); do
  bar=$(printf '%*s' $((i / 4)) '' | tr ' ' '=')
  printf '\\r\\033[1;36m    Building\\033[0m [%-25s] %d/100: some-crate v0.%d\\033[K' "$bar>" $i $i
  [ $((i % 20)) = 0 ] && printf '\\r\\033[1;32m   Compiling\\033[0m part-%d v1.0.0\\033[K\\n' $i
done
printf '\\r\\033[1;32m    Finished\\033[0m dev [unoptimized + debuginfo] target(s) in 1.23s\\033[K\\n'
`,
  "colours.sh": `
for i in $(seq 0 15); do printf '\\033[48;5;%dm %3d \\033[0m' $i $i; done; echo
for i in $(seq 16 255); do printf '\\033[48;5;%dm\\033[38;5;%dm %3d \\033[0m' $i $((271 - i)) $i; [ $((i % 6)) = 3 ] && echo; done; echo
for i in $(seq 0 3 255); do printf '\\033[48;2;%d;%d;%dm \\033[0m' $i $((255 - i)) 128; done; echo
for i in $(seq 0 3 255); do printf '\\033[38:2::%d:%d:%dm#\\033[0m' $i 64 $((255 - i)); done; echo
for a in 1 2 3 4 5 7 8 9 21 53 '1;3;4' '2;9;7' '5;53;31'; do printf '\\033[%sm SGR %s \\033[0m ' "$a" "$a"; done; echo
for u in 0 1 2 3 4 5; do printf '\\033[4:%dm underline %d \\033[0m ' $u $u; done; echo
for c in 1 99 200; do printf '\\033[4:3m\\033[58:5:%dm undercurl %d \\033[59m plain \\033[0m' $c $c; done; echo
printf '\\033[4;58:2::255:100:0m orange \\033[58;2;0;200;100m green \\033[0m\\n'
printf '\\033[90;101m bright \\033[39m default fg \\033[49m default bg \\033[0m\\n'
printf '\\033[44m\\033[K blue to the end\\033[0m\\n\\033[42m\\033[2Jcleared in green\\033[0m\\n'
printf '\\033[10;5H\\033[41m\\033[20X erased \\033[0m\\033[12;1H\\033[1;35mleft as it is'
`,
  "modes.sh": `
mode() { printf '\\033[?%s' "$@"; }
printf 'a line\\nanother\\n'
mode 1000h 1006h 1004h 2004h; echo mouse clicks, SGR, focus, paste
mode 1002h; echo drag; mode 1003h 1016h; echo any motion, pixels
mode 25l; echo no cursor; printf '\\033[5 q'; echo bar; printf '\\033[3 q'; mode 25h
mode 1h; printf '\\033='; echo application keys; mode 66h
mode 7l; printf '%0200d' 7; mode 7h; echo; mode 45h; printf 'x\\r\\b\\by'; echo reverse wraparound
printf '\\033[4h'; printf 'insert\\rbefore '; printf '\\033[20h'; printf 'line feeds\\nreturn\\n'; printf '\\033[20l\\r'
printf '\\033[3g\\033[1;5H\\033H\\033[1;20H\\033H\\033[1;1H\\tfive\\ttwenty'
printf '\\033[5;12r\\033[?6h\\033[1;1Hin the region'; printf '\\033[99;1Hbottom\\r\\n\\r\\nscrolled\\033M\\033M'
printf '\\033[3;8H\\033[1;33;44m\\0337\\033[0m\\033[2;2H'; printf '\\033(0lqqqk\\033(B \\016raw\\017 \\033)0\\016x x\\017'
printf '\\033[?6l\\033[20;1H\\033[4l\\033*A\\033+0\\033n#\\033o qqq\\017'; printf '\\033[?1049h'
printf '\\033[?2026hsynchronised'; printf '\\033[2;20r\\033[7;7H\\033[31mon the other screen\\0338\\033[1;1H'
printf '\\033[?1049l after '; printf '\\033[22t\\033]2;a title\\a\\033]0;both\\033\\\\\\033[23t'
printf '\\033[?47h old \\033[?47l \\033[?1047h alternate \\033[?1047l \\033[?1048h\\033[9;9H\\033[?1048l'
printf '\\033[s\\033[15;15H\\033]8;;https://example.org/a\\033\\\\a link\\033]8;;\\033\\\\\\033[u'
printf '\\033[1"qprotected\\033[0"q open\\033[?1K\\033[14;1H\\033[3b\\033[4@\\033[2P'
printf '%s' 'to the last column' "$(printf '%080d' 0)" '...........................................................'
printf '\\033[!p\\033[20;1Hafter a soft reset\\033[?1003h\\033[2 q'
`,
};

/** Makes the folder anew. */
export function furnish() {
  rmSync(HOME, { recursive: true, force: true });
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(HOME, path)), { recursive: true });
    writeFileSync(join(HOME, path), text.replace(/^\n/, ""));
  }
  for (const folder of ["a folder", "sub/deeper", "project/build"]) mkdirSync(join(HOME, folder), { recursive: true });
  repository(join(HOME, "project"));
}

function repository(cwd) {
  const date = "2025-03-01T12:00:00Z";
  const env = { ...ENV, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const git = (...args) => execFileSync("git", args, { cwd, env, stdio: "pipe" });
  git("init");
  git("add", "Makefile", "list.h", "list.c");
  git("commit", "--message", "A list of numbers");
  git("add", ".");
  git("commit", "--message", "Words, squares and what does not compile\n\nMit Umlauten: äöü, and 漢字.");
  writeFileSync(join(cwd, "list.c"), FILES["project/list.c"].replace("node = NULL", "node == NULL"));
  writeFileSync(join(cwd, "main.c"), FILES["project/main.c"].replaceAll("100", "1000"));
}
