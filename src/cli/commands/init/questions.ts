import { createInterface } from "node:readline";
import { RatchetError } from "../../../domain/errors.ts";
import { writeStderr } from "../../framework/output.ts";

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
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ask = (question: string, standard: string) =>
    new Promise<string>((resolve, reject) => {
      const onClose = () => reject(cancelled());
      lines.once("close", onClose);
      lines.once("SIGINT", () => lines.close());
      lines.question(`${question}${standard === "" ? "" : ` (${standard})`}: `, (answer) => {
        lines.off("close", onClose);
        resolve(answer.trim() === "" ? standard : answer.trim());
      });
    });
  return {
    ask,
    choose: async (question, choices, standard) => {
      for (;;) {
        const answer = await ask(`${question}: ${choices.join(", ")}`, standard);
        if (choices.includes(answer)) return answer;
        writeStderr(`There is no ${answer}. Write one of ${choices.join(", ")}.\n`);
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
