// What is recorded: programs, and what is done to them. A recording starts in the home of `home.mjs`.

const ESC = "\x1b";
const ENTER = "\r";
const [UP, DOWN, RIGHT, LEFT] = ["A", "B", "C", "D"].map((key) => `${ESC}[${key}`);
const PAGE_DOWN = `${ESC}[6~`;
const F = (n) => `${ESC}[${[11, 12, 13, 14, 15, 17, 18, 19, 20, 21][n - 1]}~`;
const ctrl = (letter) => String.fromCharCode(letter.charCodeAt(0) & 31);
const times = (count, key) => Array.from({ length: count }, () => key);
const bash = { package: "bash", version: ["bash", "--version"], command: ["bash", "--noprofile"] };
const sh = (script) => ["sh", script];

/** By name: `command`, its Debian `package`, what prints its `version`, its terminal's size, `env` and what is done with it. */
export const programs = {
  "vim-edit": {
    package: "vim",
    version: ["vim", "--version"],
    command: ["vim", "project/main.c"],
    async keys(screen) {
      await screen.type(
        "G",
        "gg",
        "/list",
        ENTER,
        "n",
        "n",
        ...times(3, "j"),
        "o",
        'printf("new: 漢字 é\\n");',
        ESC,
        "u",
      );
      await screen.type(ctrl("r"), ":s/new/old/", ENTER, "V", "jj", ">", "yy", "5p", "dd", "ci(", "changed", ESC);
      await screen.type(":split project/words.c", ENTER, ...times(6, ctrl("d")), ctrl("w") + "j", ctrl("e"), ctrl("e"));
      await screen.type(":vsplit", ENTER, "50|", ctrl("v"), "jj", "A", " // block", ESC, ":%s/word/Wort/g", ENTER);
      await screen.type(
        ":set nowrap",
        ENTER,
        "zl",
        "zl",
        "zz",
        ":help",
        ENTER,
        ctrl("f"),
        ":q",
        ENTER,
        ":!ls",
        ENTER,
        ENTER,
      );
      await screen.type("R", "replaced", ESC, "\x1b[<0;10;5M", "\x1b[<0;10;5m", ":terminal ls", ENTER, ":qa!", ENTER);
    },
  },
  "vim-resize": {
    package: "vim",
    version: ["vim", "--version"],
    command: ["vim", "-O", "project/words.c", "long.txt"],
    cols: 100,
    rows: 30,
    async keys(screen) {
      await screen.type(ctrl("d"), "i", "insert");
      await screen.resize(100, 20);
      await screen.type(ESC, ctrl("w") + "w", "G");
      await screen.resize(60, 20);
      await screen.type(ctrl("u"), ":10", ENTER);
      await screen.resize(132, 40);
      await screen.type("/lazy", ENTER, "n");
      await screen.resize(80, 24);
      await screen.type(":q", ENTER, ctrl("f"), ":qa!", ENTER);
    },
  },
  "vim-killed": {
    ...bash,
    async keys(screen) {
      await screen.type(
        `vim project/list.c & { sleep 3; kill -9 $!; } 2>/dev/null & fg %1${ENTER}`,
        "jjj",
        "A",
        " typed",
      );
      await screen.flood(Infinity);
      await screen.type(`ls --color${ENTER}`, `seq 30${ENTER}`);
    },
  },
  htop: {
    package: "htop",
    version: ["htop", "--version"],
    command: ["sh", "-c", "sleep 300 & (while :; do sleep 7; done) & htop --delay=3"],
    cols: 100,
    rows: 30,
    async keys(screen) {
      await screen.flood(4_000);
      await screen.type(DOWN, DOWN, F(5), "t", F(6), ESC, F(2), RIGHT, DOWN, ESC, F(1), " ");
      await screen.type(F(3), "sl", ENTER, F(4), "s", ENTER, "u", ESC, "I");
      await screen.flood(6_000);
      await screen.type("q");
    },
  },
  "htop-resize": {
    package: "htop",
    version: ["htop", "--version"],
    command: ["sh", "-c", "sleep 300 & sleep 301 & LC_ALL=C htop --delay=3"],
    async keys(screen) {
      await screen.flood(3_000);
      await screen.resize(80, 40);
      await screen.flood(3_000);
      await screen.resize(120, 40);
      await screen.type(F(5), F(2));
      await screen.flood(1_000);
      await screen.resize(50, 12);
      await screen.type(ESC);
      await screen.flood(1_500);
      await screen.type("q");
    },
  },
  less: {
    package: "less",
    version: ["less", "--version"],
    command: ["less", "-N", "long.txt"],
    async keys(screen) {
      await screen.type(
        " ",
        "j",
        "j",
        "b",
        "/fox",
        ENTER,
        "n",
        "n",
        "?12",
        ENTER,
        "G",
        ...times(4, "k"),
        "100g",
        "-S",
        ENTER,
      );
      await screen.type(RIGHT, RIGHT, LEFT, "d", "u", "h", " ", "q", "&lazy", ENTER, "q");
    },
  },
  "less-colour": {
    package: "less",
    version: ["less", "--version"],
    command: ["less", "-R", "coloured.txt"],
    cols: 64,
    rows: 20,
    async keys(screen) {
      await screen.type(" ", ...times(5, "j"), "/palette 1", ENTER, "n", ...times(3, "y"), "G");
      await screen.resize(64, 30);
      await screen.type(ctrl("b"), "k");
      await screen.resize(40, 30);
      await screen.type(" ", "k");
      await screen.resize(90, 15);
      await screen.type("g", "-X", ENTER, "/under", ENTER, "q");
    },
  },
  tmux: {
    package: "tmux",
    version: ["tmux", "-V"],
    command: ["tmux", "-f", ".tmux.conf", "-L", "recorded", "new-session", "bash --noprofile"],
    cols: 90,
    rows: 28,
    async keys(screen) {
      const prefix = ctrl("b");
      await screen.type(`ls -la${ENTER}`, `${prefix}%`, `seq 60${ENTER}`, `${prefix}"`, `sh colours.sh${ENTER}`);
      await screen.type(
        `${prefix}o`,
        `cat unicode.txt${ENTER}`,
        `${prefix}${ESC}${UP.slice(1)}`,
        `${prefix}[`,
        ...times(6, UP),
      );
      await screen.type(
        "q",
        `${prefix}c`,
        `vim project/main.c${ENTER}`,
        "10jzt",
        ctrl("d"),
        ctrl("e"),
        ctrl("e"),
        ctrl("y"),
      );
      await screen.type(`:q${ENTER}`, `${prefix}p`, `${prefix}n`, `${prefix}z`, `${prefix}w`, ENTER);
      await screen.resize(70, 20);
      await screen.type(`${prefix}p`, `seq 25${ENTER}`, `${prefix}z`, `${prefix} `);
      await screen.resize(110, 34);
      await screen.type(`${prefix}?`, "q", `printf '\\033]0;a title\\a'${ENTER}`, `${prefix}:kill-server${ENTER}`);
    },
  },
  build: {
    package: "gcc",
    version: ["gcc", "--version"],
    command: ["sh", "-c", "make -k -C project; sh progress.sh; make -B -k -C project CC='gcc -fanalyzer -O2'"],
    cols: 100,
    rows: 24,
    keys: (screen) => screen.flood(Infinity),
  },
  cmatrix: {
    package: "cmatrix",
    version: ["cmatrix", "-V"],
    command: ["cmatrix", "-b", "-u", "1", "-C", "green"],
    keys: (screen) => screen.flood(120_000),
  },
  shell: {
    ...bash,
    async keys(screen) {
      await screen.type(`ls --color -la${ENTER}`, `cd pro\t${ENTER}`, "ls \t\t", ENTER, `git log --stat | cat${ENTER}`);
      await screen.type(
        `git diff${ENTER}`,
        " ",
        "q",
        `git status${ENTER}`,
        `cat ../unicode.txt${ENTER}`,
        "echo 漢字 é 🎉",
      );
      await screen.type(
        ...times(6, LEFT),
        "x",
        ctrl("a"),
        ctrl("k"),
        ctrl("y"),
        ENTER,
        `echo ${"long words and so on ".repeat(9)}`,
      );
      await screen.type(
        ctrl("a"),
        "# ",
        ctrl("e"),
        ...times(4, "\x7f"),
        ENTER,
        ctrl("r"),
        "cat",
        ctrl("g"),
        `cd -${ENTER}`,
      );
      await screen.type(
        `${ESC}[200~pasted\nlines${ESC}[201~`,
        ctrl("c"),
        `for i in 1 2 3; do${ENTER}`,
        `echo $i; done${ENTER}`,
      );
      await screen.type(
        `clear${ENTER}`,
        `seq 200 | tr '\\n' ' '${ENTER}`,
        ctrl("l"),
        `printf 'no end'${ENTER}`,
        `reset${ENTER}`,
      );
    },
  },
  "shell-resize": {
    ...bash,
    async keys(screen) {
      await screen.type(`cat long.txt | head -40${ENTER}`, `echo ${"wrapped ".repeat(25)}`);
      await screen.resize(80, 30);
      await screen.type(ENTER, `cat unicode.txt${ENTER}`);
      await screen.resize(80, 12);
      await screen.type(`seq 20${ENTER}`, "unfinished");
      await screen.resize(50, 12);
      await screen.type(ctrl("c"), `ls --color -la${ENTER}`);
      await screen.resize(120, 36);
      await screen.type(`head -30 long.txt${ENTER}`, `less long.txt${ENTER}`);
      await screen.resize(70, 20);
      await screen.type("q", `seq 10${ENTER}`);
      await screen.resize(71, 21);
      await screen.type(`clear${ENTER}`, `cat unicode.txt${ENTER}`);
    },
  },
  links: {
    package: "coreutils",
    version: ["ls", "--version"],
    command: ["sh", "-c", "ls --hyperlink=always --color=always -la . project; ls --hyperlink=always -C sub a*"],
    cols: 60,
    rows: 20,
    keys: (screen) => screen.quiet(),
  },
  colours: { ...bash, command: sh("colours.sh"), keys: (screen) => screen.quiet() },
  modes: { ...bash, command: sh("modes.sh"), keys: (screen) => screen.quiet() },
  mc: {
    package: "mc",
    version: ["mc", "--version"],
    command: ["mc", "--nosubshell"],
    async keys(screen) {
      await screen.type(DOWN, DOWN, "\t", DOWN, F(9), RIGHT, DOWN, ESC + ESC, F(7), "made", ENTER, F(3), ESC + ESC);
      await screen.resize(100, 30);
      await screen.type(PAGE_DOWN, F(1), ESC + ESC, F(10), ENTER);
    },
  },
  "mc-ascii": {
    package: "mc",
    version: ["mc", "--version"],
    command: ["mc", "--nosubshell", "--nomouse"],
    env: { LANG: "C" },
    async keys(screen) {
      await screen.type(DOWN, DOWN, F(9), RIGHT, ENTER, ESC + ESC, F(5), ESC + ESC, F(10), ENTER);
    },
  },
  nano: {
    package: "nano",
    version: ["nano", "--version"],
    command: ["nano", "-l", "project/words.c"],
    async keys(screen) {
      await screen.type(
        "typed 漢字",
        ENTER,
        PAGE_DOWN,
        PAGE_DOWN,
        ctrl("w"),
        "word 5",
        ENTER,
        ctrl("k"),
        ctrl("k"),
        ctrl("u"),
      );
      await screen.type(ctrl("g"), PAGE_DOWN, ctrl("x"), `${ESC}a`, DOWN, DOWN);
      await screen.resize(60, 16);
      await screen.type(ctrl("c"), ctrl("x"), "n");
    },
  },
  dialog: {
    package: "dialog",
    version: ["dialog", "--version"],
    command: ["sh", "-c", "dialog --menu 'A menu' 14 50 5 a Apples b Bananas c Cherries; dialog --yesno 'Yes?' 8 30"],
    env: { LANG: "C" },
    keys: (screen) => screen.type(DOWN, DOWN, UP, "\t", ENTER, "\t", ENTER),
  },
  "vttest-cursor": vttest("1", 8),
  "vttest-screen": vttest("2", 16),
  "vttest-charsets": vttest("3", 10, "8"),
  "vttest-edit": vttest("8", 14),
  "vttest-iso-cursor": vttest("11", 12, "5", "2"),
  "vttest-iso-colours": vttest("11", 14, "6", "2"),
};

/** One of vttest's menus, with as many screens of it as are asked for. */
function vttest(menu, screens, ...within) {
  return {
    package: "vttest",
    version: ["vttest", "-V"],
    command: ["vttest", "24x80.132"],
    async keys(screen) {
      // It asks what the terminal is, and takes what comes at first for the answer.
      await screen.flood(700);
      await screen.type(menu + ENTER, ...within.map((choice) => choice + ENTER));
      await screen.type(...times(screens, ENTER), `0${ENTER}`, `0${ENTER}`);
    },
  };
}
