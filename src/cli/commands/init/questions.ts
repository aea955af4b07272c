import { createInterface } from "node:readline";
import { RatchetError } from "../../../domain/errors.ts";
import { printable, writeStderr } from "../../framework/output.ts";

/** Asks questions on the terminal. */
export interface Questions {
  /** @throws {RatchetError} CANCELLED when the terminal is closed in place of an answer */
  ask(question: string, standard: string): Promise<string>;
  /** Asks until the answer is one of the choices. */
  choose(question: string, choices: readonly string[], standard: string): Promise<string>;
  close(): void;
}

/** Creates the questions: they are written to standard error and read from standard input. */
export function createQuestions(): Questions {
  // Without an output the terminal stays as it is: it echoes, and Ctrl-C ends the process.
  const lines = createInterface({ input: process.stdin });
  const answers = lines[Symbol.asyncIterator]();
  const ask = async (question: string, standard: string) => {
    writeStderr(`${question}${standard === "" ? "" : ` (${printable(standard)})`}: `);
    const { done, value } = await answers.next();
    if (done === true) throw cancelled();
    return value.trim() === "" ? standard : value.trim();
  };
  return {
    ask,
    choose: async (question, choices, standard) => {
      for (;;) {
        const answer = await ask(`${question}, one of ${choices.join(", ")}`, standard);
        if (choices.includes(answer)) return answer;
        writeStderr(`${printable(answer)} does not exist.\n`);
      }
    },
    close: () => lines.close(),
  };
}

function cancelled(): RatchetError {
  return new RatchetError("CANCELLED", "init was cancelled; nothing was created.", {
    remedy: "Start it again, or pass --yes to take the defaults.",
  });
}
