import { CONFIG_KEYS } from "../../config/keys.ts";
import { CONFIG_OPTIONS, type OptionDefinition, type OptionValues } from "../command.ts";
import { REPORTERS } from "./test-report.ts";

/** The options of `ratchet test`. */
export const TEST_OPTIONS = {
  "from-fs": {
    form: { type: "string" },
    value: "PATH",
    required: true,
    complete: "file",
    description: "The task or the collection: a folder or a .zip.",
  },
  task: { form: { type: "string" }, value: "LABEL", description: "Only this task of a collection." },
  filter: {
    form: { type: "string" },
    value: "TEXT",
    description: "Only tests whose task and name (`LABEL NAME`) contain the text, in any case.",
  },
  reporter: {
    form: { type: "choice", choices: REPORTERS },
    value: "NAME",
    description: `How the results are printed: ${REPORTERS.join(", ")}. Default: pretty.`,
  },
  "allow-empty": { description: "Exit with 0 when there is no test to run." },
  json: { excludes: ["reporter"], description: "The same as --reporter json." },
  timeout: {
    form: CONFIG_KEYS.timeout.form,
    value: "TIME",
    description: "Time limit of one test. Default: the task's own, else 30s.",
  },
  memory: {
    form: CONFIG_KEYS.memory.form,
    value: "SIZE",
    description: "Memory limit of one test. Default: the task's own, else 64MB.",
  },
  concurrency: {
    form: CONFIG_KEYS.concurrency.form,
    value: "N",
    description: "How many tests are under way at once. Default: 8 for each processor.",
  },
  watch: { description: "Run the tests again whenever a file changes, until interrupted." },
  ...CONFIG_OPTIONS,
} as const satisfies Record<string, OptionDefinition>;

/** Their values on one command line. */
export type TestOptions = OptionValues<typeof TEST_OPTIONS>;
