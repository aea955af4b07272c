import { readFileSync } from "node:fs";
import { constants } from "node:os";

/** Signals that ask the process to end. */
export type EndSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

const END_SIGNALS: readonly EndSignal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * Calls `react` on the first signal that asks for an end; a second one ends the process at once, as without this.
 * @returns `ignore()` restores what the signals did before
 */
export function onInterrupt(react: (signal: EndSignal) => void): { ignore: () => void } {
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
 * Whether whoever started the process has it ignore a signal, as `nohup` does with SIGHUP: then it stays ignored. Linux
 * shows that as a mask, in hexadecimal (proc_pid_status(5)); other systems have no file that says it.
 */
function isIgnored(signal: EndSignal): boolean {
  try {
    const mask = /^SigIgn:\s*([\da-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}

/**
 * Ends the process by the signal itself, so that a shell sees an interrupted program (130, 143) and stops its own loop
 * too.
 */
export function dieBySignal(signal: EndSignal): void {
  process.kill(process.pid, signal);
}
