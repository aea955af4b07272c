import { CONFIG_KEYS } from "../../../config/keys.ts";
import { ENGINE_NAMES } from "../../../domain/engines.ts";
import { type ArgDefinition, type ArgValues, CACHE_OPTION, CONFIG_OPTIONS } from "../../framework/command.ts";
import { ENGINE_OPTION } from "../../framework/engine-option.ts";
import { FROM_FS_OPTION, TASK_PATH } from "../../framework/task-paths.ts";

/** The options of `ratchet replay`. */
export const REPLAY_OPTIONS = {
  path: {
    type: "positional",
    required: false,
    complete: "file",
    description: `The task: ${TASK_PATH}, or the collection that it is in.`,
  },
  "from-fs": FROM_FS_OPTION,
  recording: {
    type: "string",
    valueHint: "PATH",
    required: true,
    complete: "file",
    description:
      "The folder ratchet_session_... that --record of `run` or `run-once` created, or the .zip with one that a server gave out.",
  },
  task: {
    type: "string",
    valueHint: "LABEL",
    description: "Which task of a collection. Default: the one that was recorded.",
  },
  engine: {
    ...ENGINE_OPTION,
    description: `The engine that runs the task: ${ENGINE_NAMES.join(", ")}. Default: the one of the recording.`,
  },
  live: { type: "boolean", description: "Use the real network in place of the recorded responses." },
  "log-level": {
    type: "string",
    form: CONFIG_KEYS["logging.level"].form,
    valueHint: "LEVEL",
    description: "Lowest level of the task's console that is shown. Default: info.",
  },
  json: { type: "boolean", description: "Print JSON." },
  ...CACHE_OPTION,
  ...CONFIG_OPTIONS,
} as const satisfies Record<string, ArgDefinition>;

/** Values of these options. */
export type ReplayOptions = ArgValues<typeof REPLAY_OPTIONS>;
