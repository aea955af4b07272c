import type { TaskError } from "../../../dist/generated/api-types.ts";

/** A place in the program of a task. */
export interface ErrorPlace {
  /** The program: main.js, main.ts or workflow.yaml. */
  file: string;
  /** From 1. */
  line: number;
}

/** A place as stacks and messages write it: `main.js:8:42`. */
const PLACE = /(?<![\w./-])(main\.[jt]s|workflow\.yaml):(\d+)/;

/**
 * Returns where in the task's own program an error was thrown: the innermost frame of its stack that is there. The frames
 * before it are those of modules that the program imports.
 * @returns undefined if the error has no place in the program, as when a limit ended it
 */
export function errorPlace({ guest, message }: TaskError): ErrorPlace | undefined {
  const [, file, line] = PLACE.exec(guest?.stack ?? "") ?? PLACE.exec(message) ?? [];
  return file === undefined ? undefined : { file, line: Number(line) };
}
