import type { JsonValue } from "../../domain/json.ts";
import { fileLabel, parseInput, readTextFile } from "./run-once/input.ts";

/** Options for the input of a task. */
export const INPUT_OPTIONS = {
  "input-json": { type: "string", valueHint: "JSON", excludes: ["input-file"], description: "The input." },
  "input-file": {
    type: "string",
    valueHint: "FILE",
    complete: "file",
    description: "Read the input from a file; - is standard input.",
  },
} as const;

/** Returns the input from the options, if any. @throws {RatchetError} INVALID_JSON, INPUT_UNREADABLE */
export function givenInput(args: {
  "input-json": string | undefined;
  "input-file": string | undefined;
}): JsonValue | undefined {
  const { "input-json": json, "input-file": file } = args;
  if (json !== undefined) return parseInput(json, "--input-json");
  return file === undefined ? undefined : parseInput(readTextFile(file), fileLabel(file));
}
