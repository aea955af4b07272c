import type { ArgDefinition, ArgValues } from "../../framework/command.ts";
import { RUN_ONCE_OPTIONS, type RunOnceOptions } from "../run-once/options.ts";

const { "from-fs": _, ...OWN_OPTIONS } = RUN_ONCE_OPTIONS;

/** The options of `ratchet run`: those of `run-once`, but for the path, and what follows the path. */
export const RUN_OPTIONS = {
  ...OWN_OPTIONS,
  path: {
    type: "positional",
    complete: "file",
    description:
      "The task: a .js or .ts file, a folder, a .zip, COLLECTION#LABEL, or - for a program from standard input.",
  },
  "task-options": {
    type: "positional",
    rest: true,
    multiple: true,
    required: false,
    description:
      "Options of the task itself, as `ratchet run PATH --help` lists them; - reads the input from standard input.",
  },
} as const satisfies Record<string, ArgDefinition>;

/** Values of these options. */
export type RunOptions = ArgValues<typeof RUN_OPTIONS>;

/** Returns the options of a run as those of `run-once`. */
export function runOnceOptions({ path, "task-options": __, ...options }: RunOptions): RunOnceOptions {
  return { ...options, "from-fs": path };
}
