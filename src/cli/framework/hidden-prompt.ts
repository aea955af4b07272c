import { StringDecoder } from "node:string_decoder";
import { movesCursor, processEnvironment } from "../../config/environment.ts";
import type { RatchetError } from "../../domain/errors.ts";
import { HiddenLine } from "./hidden-line.ts";
import { dieBySignal, onInterrupt } from "./interrupt.ts";
import { writeStderr } from "./output.ts";

/** Asks for secrets on the terminal without showing them. */
export interface HiddenPrompt {
  /**
   * Asks for one line. A pasted text may have several.
   * @throws the error of {@link withHiddenPrompt} if nothing was given
   */
  ask(question: string): Promise<string>;
  /** Returns true if more has been typed than the lines that were asked for. */
  hasRest(): boolean;
}

/** Has the terminal mark pasted text, or not any more. */
const MARK_PASTES = "\u001b[?2004h";
const LEAVE_PASTES = "\u001b[?2004l";

/** Returns true if standard input is a terminal, so that a prompt can ask for something. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true;
}

/**
 * Asks on the terminal, which shows nothing that is typed meanwhile. Afterwards the terminal is as before, also if a signal ends
 * the process.
 * @param cancelled creates the error for Ctrl-C, Ctrl-D and a terminal that is closed
 */
export async function withHiddenPrompt<T>(
  cancelled: () => RatchetError,
  use: (prompt: HiddenPrompt) => Promise<T>,
): Promise<T> {
  const { stdin } = process;
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let isClosed = false;
  let arrived = () => {};
  const read = (bytes: Buffer) => {
    rest += decoder.write(bytes);
    arrived();
  };
  const close = () => {
    isClosed = true;
    arrived();
  };
  const restore = openTerminal(read, close);
  const { ignore } = onInterrupt((signal) => {
    restore();
    dieBySignal(signal);
  });
  const ask = async (question: string): Promise<string> => {
    writeStderr(`${question}: `);
    const line = new HiddenLine();
    try {
      for (;;) {
        const taken = line.take(rest);
        rest = typeof taken === "object" ? taken.rest : "";
        if (typeof taken === "object") return taken.line;
        if (taken === "cancelled" || isClosed) throw cancelled();
        const { promise, resolve } = Promise.withResolvers<void>();
        arrived = resolve;
        await promise;
      }
    } finally {
      writeStderr("\n");
    }
  };
  try {
    return await use({ ask, hasRest: () => rest !== "" });
  } finally {
    ignore();
    stdin.off("data", read);
    stdin.off("end", close);
    restore();
  }
}

/** @returns what makes the terminal show again what is typed */
function openTerminal(read: (bytes: Buffer) => void, close: () => void): () => void {
  const { stdin } = process;
  const marks = movesCursor(processEnvironment());
  stdin.setRawMode(true);
  if (marks) writeStderr(MARK_PASTES);
  stdin.on("data", read);
  stdin.once("end", close);
  return () => {
    if (marks) writeStderr(LEAVE_PASTES);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
