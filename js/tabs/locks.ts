// The locks of a link: the one that an attempt takes, and the one by which a link that comes sees that others wait.

/** Gives a lock up. */
export type Release = () => void;

/** A lock is kept so much longer than the result that was told, in ms: a message may take longer than a lock. */
export const LINGER = 200;

export class Locks {
  /** Gives up the lock of the attempt. */
  #release: Release | undefined;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  #unmark: Release | undefined;

  /**
   * @param refused the page may have no locks.
   * @param robbed the lock of the attempt was taken away: this page stood still.
   */
  constructor(
    readonly name: string,
    readonly refused: () => void,
    readonly robbed: () => void,
  ) {}

  /** The lock of the attempt: what gives it up, or nothing if another link has it. */
  async take(): Promise<Release | undefined> {
    return this.#release ?? this.#request(this.name, { ifAvailable: true });
  }

  /**
   * The lock of the attempt, whoever has it: nothing if another link is robbing it. Several find at once that its page stands still, and each
   * could rob the one before; a lock for that lets one through.
   *
   * @param isPatient no further than that: whoever has the second lock may stand still as well.
   */
  async rob(isPatient: () => boolean): Promise<Release | undefined> {
    const guard = await this.#request(this.name + ":rob", { ifAvailable: true });
    const release = !guard && isPatient() ? undefined : await this.#request(this.name, { steal: true });
    // Those that came late for it have heard the word of it by then.
    if (guard) setTimeout(guard, LINGER);
    return release;
  }

  /** Has the lock of the attempt from now on, until it is let go; without one, it goes without. */
  keep(release: Release | undefined): void {
    clearTimeout(this.#lingering);
    this.#release = release;
  }

  letGo(): void {
    clearTimeout(this.#lingering);
    this.#release?.();
    this.#release = undefined;
  }

  linger(span: number): void {
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => this.letGo(), span);
  }

  /** Shows by a lock of its own whether this link waits. */
  mark(isWaiting: boolean): void {
    if (isWaiting == !!this.#unmark) return;
    if (this.#unmark) {
      this.#unmark();
      this.#unmark = undefined;
      return;
    }
    const held = new Promise<void>((release) => (this.#unmark = release));
    void locks((own) => own.request(this.#marker, { mode: "shared" }, () => held)).catch(() => {});
  }

  /** Whether any link waits. */
  async isMarked(): Promise<boolean> {
    const { held } = await locks((own) => own.query()).catch(() => ({ held: [] }));
    return !!held?.some(({ name }) => name == this.#marker);
  }

  get #marker(): string {
    return this.name + ":down";
  }

  #request(name: string, options: { ifAvailable: true } | { steal: true }): Promise<Release | undefined> {
    return new Promise((settle) => {
      let mine: Release | undefined;
      const hold = (lock: Lock | null) => lock && new Promise<void>((release) => settle((mine = release)));
      void locks((own) => own.request(name, options, hold))
        .catch(() => {
          if (!mine) {
            this.refused();
            settle(() => {});
          } else if (this.#release == mine) {
            this.#release = undefined;
            this.robbed();
          }
        })
        .then(() => settle(undefined));
    });
  }
}

/** Where locks are refused, by a rejection or a throw, what is asked of them is rejected. */
async function locks<Result>(ask: (own: LockManager) => Promise<Result>): Promise<Result> {
  return ask(navigator.locks);
}
