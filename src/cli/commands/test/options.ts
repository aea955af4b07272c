import { CONFIG_KEYS } from "../../../config/keys.ts";
import { type ArgDefinition, type ArgValues, CACHE_OPTION, CONFIG_OPTIONS } from "../../framework/command.ts";
import { ENGINE_OPTION } from "../../framework/engine-option.ts";
import { FROM_FS_OPTION, TASK_PATH } from "../../framework/task-paths.ts";
import { TIME_ZONE_OPTION } from "../../framework/time-zone-option.ts";
import { SECRET_OPTIONS } from "../run-once/secrets.ts";
import { REPORTERS } from "./test-report.ts";

/** The options of `ratchet test`. */
export const TEST_OPTIONS = {
  path: {
    type: "positional",
    multiple: true,
    required: false,
    complete: "file",
    description: `Tasks or collections: each is ${TASK_PATH}.`,
  },
  "from-fs": FROM_FS_OPTION,
  task: { type: "string", valueHint: "LABEL", description: "Only this task of a collection (with a single PATH)." },
  filter: {
    type: "string",
    valueHint: "TEXT",
    description: "Only tests whose task and name (`LABEL NAME`) contain this text, ignoring case.",
  },
  reporter: {
    type: "enum",
    options: [...REPORTERS],
    valueHint: "NAME",
    description: `How the results are printed: ${REPORTERS.join(", ")}. Default: pretty, and github if GITHUB_ACTIONS is true.`,
  },
  update: {
    type: "boolean",
    excludes: ["watch"],
    description: "Accept outputs and errors that are not the expected ones: write them into the test files.",
  },
  coverage: {
    type: "boolean",
    description: "Show which lines of the task's files the tests ran. Limits of time count what this costs.",
  },
  "from-recording": {
    type: "string",
    valueHint: "DIR",
    complete: "folder",
    excludes: ["watch", "filter", "update"],
    description: "Write a recording of run-once --record as a test of its task, and run that test.",
  },
  name: {
    type: "string",
    valueHint: "NAME",
    needs: "from-recording",
    form: {
      type: "string",
      check: (text) => (/^[\w][\w .-]*$/.test(text) ? undefined : "is not the name of a file"),
    },
    description: "Name of that test. Default: recorded-DATE-TIME.",
  },
  "allow-empty": { type: "boolean", description: "Exit with 0 if there is no test to run." },
  json: { type: "boolean", excludes: ["reporter"], description: "The same as --reporter json." },
  timeout: {
    type: "string",
    form: CONFIG_KEYS.timeout.form,
    valueHint: "TIME",
    description: "Time limit of one test. Default: the task's own, else 30s.",
  },
  memory: {
    type: "string",
    form: CONFIG_KEYS.memory.form,
    valueHint: "SIZE",
    description: "Memory limit of one test. Default: the task's own, else 64MB.",
  },
  engine: ENGINE_OPTION,
  timezone: TIME_ZONE_OPTION,
  concurrency: {
    type: "string",
    form: CONFIG_KEYS.concurrency.form,
    valueHint: "N",
    description: "How many tests run at once. Default: 8 per processor.",
  },
  ...SECRET_OPTIONS,
  watch: { type: "boolean", description: "Run the tests again whenever a file changes, until interrupted." },
  ...CACHE_OPTION,
  ...CONFIG_OPTIONS,
} as const satisfies Record<string, ArgDefinition>;

/** Values of these options. */
export type TestOptions = Omit<ArgValues<typeof TEST_OPTIONS>, "path" | "from-fs"> & { paths: readonly string[] };
