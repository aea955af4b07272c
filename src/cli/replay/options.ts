import { CONFIG_KEYS } from "../../config/keys.ts";
import { CONFIG_OPTIONS, type OptionDefinition, type OptionValues } from "../command.ts";

/** The options of `ratchet replay`. */
export const REPLAY_OPTIONS = {
  "from-fs": {
    form: { type: "string" },
    value: "PATH",
    required: true,
    complete: "file",
    description: "The task: a folder, a .zip, or a collection.",
  },
  recording: {
    form: { type: "string" },
    value: "DIR",
    required: true,
    complete: "folder",
    description: "The folder ratchet_session_... that run-once --record wrote.",
  },
  task: {
    form: { type: "string" },
    value: "LABEL",
    description: "Which task of a collection. Default: the one that was recorded.",
  },
  live: { description: "Use the real network in place of the recorded responses." },
  "log-level": {
    form: CONFIG_KEYS["logging.level"].form,
    value: "LEVEL",
    description: "Least severe message of the task's console that is shown. Default: info.",
  },
  json: { description: "Print JSON." },
  ...CONFIG_OPTIONS,
} as const satisfies Record<string, OptionDefinition>;

/** Their values on one command line. */
export type ReplayOptions = OptionValues<typeof REPLAY_OPTIONS>;
