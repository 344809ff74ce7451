/** Settles once the lock that this page gave up last is free. */
let lettingGo: Promise<unknown> | undefined;

/**
 * A lock in a session's name (Web Locks API): a duplicated tab, which begins with a copy of the first one's storage, sees by it that the
 * session is another page's.
 */
export class SessionLock {
  /** Gives it up. */
  release = () => {};

  /** Holds it; `false` if another page does. Where there are no locks, or the page may have none, nobody is known to. */
  async take(session: string): Promise<boolean> {
    this.release();
    await lettingGo;
    let release: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    return new Promise((settle) => {
      const hold = (lock: Lock | null) => {
        settle(!!lock);
        return lock && held;
      };
      const locks = navigator.locks ?? { request: () => Promise.reject() };
      const done = locks.request("relatch:" + session, { ifAvailable: true }, hold).catch(() => settle(true));
      this.release = () => {
        release();
        lettingGo = done;
      };
    });
  }
}
