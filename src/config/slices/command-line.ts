import type { KeyDefinition } from "../key-definition.ts";

/** Defaults of the command-line options with the same names. */
export const COMMAND_LINE_KEYS = {
  timeout: {
    form: { type: "duration" },
    example: "30s",
    description: "Time limit of one execution. Overrides the task's own.",
  },
  memory: {
    form: { type: "size", min: 4 * 1024 * 1024, max: 2 * 1024 ** 3 },
    aliases: ["memory.limit"],
    example: "64MB",
    description:
      "Memory limit of one execution. Overrides the task's own. Next to memory.high it is named memory.limit.",
  },
  concurrency: {
    form: { type: "integer", min: 1, max: 10_000 },
    example: "64",
    description: "How many executions of a stream, or how many tests, run at once.",
  },
  pretty: {
    form: { type: "boolean" },
    default: false,
    description: "Indent the output of a single run.",
  },
  error_format: {
    form: { type: "choice", choices: ["text", "json"] },
    default: "text",
    description: "How errors are written to standard error.",
  },
} as const satisfies Record<string, KeyDefinition>;
