import { CONFIG_KEYS } from "../../../config/keys.ts";
import { type ArgDefinition, type ArgValues, CACHE_OPTION, CONFIG_OPTIONS } from "../../framework/command.ts";
import { RUN_ONCE_OPTIONS } from "../run-once/options.ts";

const { secret, "env-file": envFile, signal, approve, engine, timezone, output } = RUN_ONCE_OPTIONS;

/** The options of `ratchet pipe`. */
export const PIPE_OPTIONS = {
  path: {
    type: "positional",
    multiple: true,
    complete: "file",
    description:
      "The tasks, in the order in which rows go through them: each is a folder, a .zip, a file, or COLLECTION#LABEL.",
  },
  ndjson: {
    type: "boolean",
    description: "Rows are lines of JSON. This is the only form so far, so it may be left out.",
  },
  "input-file": {
    type: "string",
    valueHint: "FILE",
    complete: "file",
    description: "Read the rows from a file. Default: standard input.",
  },
  output,
  concurrency: {
    type: "string",
    form: CONFIG_KEYS.concurrency.form,
    valueHint: "N",
    description: "How many rows are in progress at once in each task that runs once for each row. Default: 256.",
  },
  timeout: {
    type: "string",
    form: CONFIG_KEYS.timeout.form,
    valueHint: "TIME",
    description: "Time limit of one execution; waiting for rows does not count. Default: the task's own, else 30s.",
  },
  memory: {
    type: "string",
    form: CONFIG_KEYS.memory.form,
    valueHint: "SIZE",
    description: "Memory limit of one execution. Default: the task's own, else 64MB.",
  },
  secret,
  "env-file": envFile,
  signal,
  approve,
  engine,
  timezone,
  "log-level": RUN_ONCE_OPTIONS["log-level"],
  quiet: RUN_ONCE_OPTIONS.quiet,
  verbose: RUN_ONCE_OPTIONS.verbose,
  ...CACHE_OPTION,
  ...CONFIG_OPTIONS,
} as const satisfies Record<string, ArgDefinition>;

/** Values of these options. */
export type PipeOptions = ArgValues<typeof PIPE_OPTIONS>;
