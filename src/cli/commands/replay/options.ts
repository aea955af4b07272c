import { CONFIG_KEYS } from "../../../config/keys.ts";
import { ENGINE_NAMES } from "../../../domain/engines.ts";
import { type ArgDefinition, type ArgValues, CONFIG_OPTIONS } from "../../framework/command.ts";
import { ENGINE_OPTION } from "../../framework/engine-option.ts";

/** The options of `ratchet replay`. */
export const REPLAY_OPTIONS = {
  "from-fs": {
    type: "string",
    valueHint: "PATH",
    required: true,
    complete: "file",
    description: "The task: a folder, a .zip, or a collection.",
  },
  recording: {
    type: "string",
    valueHint: "DIR",
    required: true,
    complete: "folder",
    description: "The folder ratchet_session_... that run-once --record created.",
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
  ...CONFIG_OPTIONS,
} as const satisfies Record<string, ArgDefinition>;

/** Values of these options. */
export type ReplayOptions = ArgValues<typeof REPLAY_OPTIONS>;
