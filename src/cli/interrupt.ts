/** Signals that ask the process to end. */
export type EndSignal = "SIGINT" | "SIGTERM";

/**
 * Calls `react` on the first SIGINT or SIGTERM; a second one ends the process at once, as without this.
 * @returns `ignore()` restores what the signals did before
 */
export function onInterrupt(react: (signal: EndSignal) => void): { ignore: () => void } {
  const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => {
    const listener = () => {
      ignore();
      react(signal);
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  const ignore = () => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
  return { ignore };
}

/**
 * Ends the process by the signal itself, so that a shell sees an interrupted program (130, 143) and stops its own loop
 * too.
 */
export function dieBySignal(signal: EndSignal): void {
  process.kill(process.pid, signal);
}
