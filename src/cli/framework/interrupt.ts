import { readFileSync } from "node:fs";
import { constants } from "node:os";

/** Signals that ask the process to end. */
export type EndSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

const END_SIGNALS: readonly EndSignal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * Calls `react` on the first signal that asks the process to end. A second signal ends the process at once, as usual.
 * @returns `ignore()`, which restores the default behaviour of the signals
 */
export function onInterrupt(react: (signal: EndSignal) => void): { ignore: () => void } {
  const isIgnored = ignoredSignals();
  const listeners = END_SIGNALS.filter((signal) => !isIgnored(signal)).map((signal) => {
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
 * Returns which signals the parent made the process ignore, as `nohup` does with SIGHUP. They then stay ignored. Linux shows this
 * as a hexadecimal mask (proc_pid_status(5)); other systems have no such file.
 */
function ignoredSignals(): (signal: EndSignal) => boolean {
  let mask = 0n;
  try {
    const found = /^SigIgn:\s*([\da-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (found !== undefined) mask = BigInt(`0x${found}`);
  } catch {
    // Nothing is known to be ignored.
  }
  return (signal) => ((mask >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
}

/**
 * Ends the process with the signal itself, so that a shell sees an interrupted program (130, 143) and stops its own loop.
 */
export function dieBySignal(signal: EndSignal): void {
  process.kill(process.pid, signal);
}
