// Ways to lose the line and have it back, and to wait for that.

/** Each is given the shell's page, with a clock of its own, and its server. `find` waits until the line is back. */
export const LOSSES = {
  "a cut of 5 s": async (shell, server) => {
    const lost = loss(shell);
    await server.fault(await shell.key(), { down: 5_000 });
    await lost;
    await server.isBack();
  },
  "a cut of 2 min": async (shell, server) => {
    const lost = loss(shell);
    await server.fault(await shell.key(), { down: 1_000 });
    await lost;
    await shell.page.clock.fastForward("02:00");
    await server.isBack();
  },
  "a line that is half-open": async (shell, server) => {
    const lost = loss(shell);
    await server.fault(await shell.key(), "half_open");
    // Nothing is heard: two pings are missed, then a question is not answered.
    await shell.page.clock.fastForward(30_000);
    await shell.page.clock.fastForward(5_100);
    await lost;
  },
  "timers that stood still for 60 s": async (shell) => {
    await shell.page.clock.fastForward("01:00");
  },
  "a reload": async (shell) => {
    await shell.page.reload();
  },
  "a page put to sleep": async (shell) => {
    await shell.page.evaluate(() => document.dispatchEvent(new Event("freeze")));
    await shell.is("waiting");
    await shell.page.evaluate(() => document.dispatchEvent(new Event("resume")));
  },
};

/** A loss in which the window takes these sizes, one after another, while the line is down. */
export function resizeWhileAway(...sizes) {
  return async (shell, server) => {
    const lost = loss(shell);
    await server.fault(await shell.key(), { down: 1_000 });
    await lost;
    for (const size of sizes) await shell.resize(size);
    await server.isBack();
  };
}

/** Resolves once the line is lost, counted from the call: lines that are lost one after the other open the breaker. */
export function loss(shell) {
  return Promise.race([shell.next("waiting"), shell.next("open-circuit")]);
}

/** Waits until the line is back; the page's clock is moved past what its link waits. */
export async function find(shell) {
  for (;;) {
    const { state, retryIn } = await shell.page.evaluate(() => window.relatch?.link.snapshot() ?? {});
    if (state === "ready") return;
    if (retryIn > 0) await shell.page.clock.fastForward(Math.ceil(retryIn));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
