/** Settles once the locks that this page gave up are free. */
let lettingGo: Promise<unknown> = Promise.resolve();

/**
 * A lock in a session's name (Web Locks API): a duplicated tab, which begins with a copy of the first one's storage, sees by it that the
 * session is another page's.
 */
export class SessionLock {
  /** Gives it up, be it held already or only asked for. */
  release = () => {};

  /** Holds it; `false` if another page does. Where there are no locks, or the page may have none, nobody is known to. */
  take(session: string): Promise<boolean> {
    this.release();
    return new Promise((settle) => {
      let release: () => void;
      const held = new Promise<void>((resolve) => (release = resolve));
      const hold = (lock: Lock | null) => {
        settle(!!lock);
        return lock && held;
      };
      const done = lettingGo
        .then(() => navigator.locks.request("relatch:" + session, { ifAvailable: true }, hold))
        .catch(() => settle(true));
      this.release = () => {
        release();
        lettingGo = Promise.all([lettingGo, done]);
      };
    });
  }
}
