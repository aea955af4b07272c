import { CONFIG_KEYS } from "../../../config/keys.ts";
import { type ArgDefinition, type ArgValues, CACHE_OPTION, CONFIG_OPTIONS } from "../../framework/command.ts";
import { ENGINE_OPTION } from "../../framework/engine-option.ts";
import { TIME_ZONE_OPTION } from "../../framework/time-zone-option.ts";
import { DURABLE_OPTIONS } from "./durable-options.ts";
import { SECRET_OPTIONS } from "./secrets.ts";
import { STREAM, STREAM_OPTIONS } from "./stream-options.ts";

const FILE_FORM = {
  type: "string",
  check: (text: string) => (text === "-" || text === "" ? "is not the name of a file" : undefined),
} as const;

/** The options of `ratchet run-once`. */
export const RUN_ONCE_OPTIONS = {
  "from-fs": {
    type: "string",
    valueHint: "PATH",
    required: true,
    complete: "file",
    description:
      "The task: a folder, a .zip, a .js or .ts file, or a collection (then with --task, or COLLECTION#LABEL).",
  },
  task: { type: "string", valueHint: "LABEL", description: "Which task of a collection." },
  input: {
    type: "string",
    short: "i",
    valueHint: "JSON",
    excludes: ["input-json", "input-file", ...STREAM],
    description: "The input: JSON, or @FILE to read it from a file (@- from standard input).",
  },
  "input-json": {
    type: "string",
    valueHint: "JSON",
    excludes: ["input-file", ...STREAM],
    description: "The same, without @FILE.",
  },
  "input-file": {
    type: "string",
    valueHint: "FILE",
    complete: "file",
    description: "Read the input from a file; - is standard input.",
  },
  set: {
    type: "string",
    short: "s",
    valueHint: "KEY=VALUE",
    multiple: true,
    description: "Set one value of the input, or of every input of a stream. Can be repeated.",
  },
  ...SECRET_OPTIONS,
  timeout: {
    type: "string",
    form: CONFIG_KEYS.timeout.form,
    valueHint: "TIME",
    description: "Time limit of one execution, such as 300ms, 5s or 1m30s. Default: the task's own, else 30s.",
  },
  memory: {
    type: "string",
    form: CONFIG_KEYS.memory.form,
    valueHint: "SIZE",
    description: "Memory limit of one execution, such as 64M. Default: the task's own, else 64MB.",
  },
  engine: ENGINE_OPTION,
  timezone: TIME_ZONE_OPTION,
  record: {
    type: "string",
    valueHint: "DIR",
    complete: "folder",
    excludes: ["dry-run"],
    description:
      "Write a recording of the run into a new folder in DIR, for `ratchet replay`; for a stream, into DIR/line-N.",
  },
  ledger: {
    type: "string",
    form: FILE_FORM,
    valueHint: "FILE",
    complete: "file",
    excludes: ["dry-run"],
    description:
      "Write what the run touched (origins, secrets, tasks, time, memory) to a file as JSON, whole or not at all; for a stream, of all lines together.",
  },
  trace: {
    type: "string",
    form: FILE_FORM,
    valueHint: "FILE",
    complete: "file",
    excludes: ["dry-run"],
    description:
      "Write where the time of the run went to a file in Chrome's trace format, which Perfetto opens, whole or not at all; for a stream, of all lines together.",
  },
  "dry-run": {
    type: "boolean",
    excludes: ["output"],
    description: "Load and compile the task and validate the input, but run nothing and print no result.",
  },
  "log-level": {
    type: "string",
    form: CONFIG_KEYS["logging.level"].form,
    valueHint: "LEVEL",
    description: "Lowest level of the task's console that is shown: debug, info, warn, error, silent. Default: info.",
  },
  quiet: {
    type: "boolean",
    short: "q",
    excludes: ["log-level", "verbose"],
    description: "Show nothing of the task's console and progress.",
  },
  verbose: {
    type: "boolean",
    short: "v",
    excludes: ["log-level"],
    description: "Show everything of the task's console, debug messages too.",
  },
  pretty: {
    type: "boolean",
    excludes: [...STREAM],
    description: "Indent the result.",
    negativeDescription: "Switch --pretty off.",
  },
  raw: { type: "boolean", excludes: [...STREAM], description: "Print a result that is a text without its quotes." },
  output: {
    type: "string",
    short: "o",
    valueHint: "FILE",
    complete: "file",
    description: "Write the result to a file instead, whole or not at all; - is standard output.",
  },
  ...DURABLE_OPTIONS,
  ...STREAM_OPTIONS,
  ...CACHE_OPTION,
  ...CONFIG_OPTIONS,
} as const satisfies Record<string, ArgDefinition>;

/** Values of these options. */
export type RunOnceOptions = ArgValues<typeof RUN_ONCE_OPTIONS>;
