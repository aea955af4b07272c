import { CONFIG_KEYS } from "../../config/keys.ts";
import { CONFIG_OPTIONS, type OptionDefinition, type OptionValues } from "../command.ts";

const STREAM = "ndjson";

/** The options of `ratchet run-once`. */
export const RUN_ONCE_OPTIONS = {
  "from-fs": {
    form: { type: "string" },
    value: "PATH",
    required: true,
    complete: "file",
    description: "The task: a folder, a .zip, or a collection of tasks (then with --task).",
  },
  task: { form: { type: "string" }, value: "LABEL", description: "Which task of a collection." },
  "input-json": {
    form: { type: "string" },
    value: "JSON",
    excludes: ["input-file", STREAM],
    description: "The input.",
  },
  "input-file": {
    form: { type: "string" },
    value: "FILE",
    complete: "file",
    description: "Read the input from a file; - is standard input.",
  },
  set: {
    form: { type: "string" },
    value: "KEY=VALUE",
    multiple: true,
    excludes: [STREAM],
    description: "Set one value of the input, over --input-json or --input-file. May be given several times.",
  },
  timeout: {
    form: CONFIG_KEYS.timeout.form,
    value: "TIME",
    description: "Time limit of one execution, such as 300ms, 5s or 2m. Default: the task's own, else 30s.",
  },
  memory: {
    form: CONFIG_KEYS.memory.form,
    value: "SIZE",
    description: "Memory limit of one execution, such as 64MB. Default: the task's own, else 64MB.",
  },
  engine: {
    form: { type: "choice", choices: ["quickjs"] },
    value: "NAME",
    description: "The sandbox's engine: quickjs. Default: the task's own, else quickjs.",
  },
  record: {
    form: { type: "string" },
    value: "DIR",
    complete: "folder",
    excludes: [STREAM, "dry-run"],
    description: "Write a recording of the run into a new folder in DIR, for `ratchet replay`.",
  },
  "dry-run": {
    excludes: [STREAM, "output"],
    description: "Load and compile the task and validate the input, but run nothing and print nothing.",
  },
  "log-level": {
    form: CONFIG_KEYS["logging.level"].form,
    value: "LEVEL",
    description:
      "Least severe message of the task's console that is shown: debug, info, warn, error, silent. Default: info.",
  },
  pretty: { negatable: true, excludes: [STREAM], description: "Indent the result." },
  raw: { excludes: [STREAM], description: "Print a result that is a text without its quotes." },
  output: {
    form: { type: "string" },
    value: "FILE",
    complete: "file",
    description: "Write the result to a file instead, whole or not at all; - is standard output.",
  },
  [STREAM]: { description: "Take one input a line (from --input-file or standard input), write one result a line." },
  unordered: { needs: STREAM, description: "Write results as they come, not in the order of the input." },
  concurrency: {
    form: CONFIG_KEYS.concurrency.form,
    value: "N",
    needs: STREAM,
    description:
      "How many lines are worked on at once, those that wait included. Default: 4096; on each processor one computes.",
  },
  "fail-fast": { needs: STREAM, description: "Stop at the first line that fails." },
  envelope: {
    needs: STREAM,
    description: 'Write {"line","ok","output" or "error","durationMs"} for each line, with its number in the input.',
  },
  ...CONFIG_OPTIONS,
} as const satisfies Record<string, OptionDefinition>;

/** Their values on one command line. */
export type RunOnceOptions = OptionValues<typeof RUN_ONCE_OPTIONS>;
