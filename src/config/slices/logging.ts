import type { KeyDefinition } from "../key-definition.ts";

/** Which messages are written, and in which format. */
export const LOGGING_KEYS = {
  "logging.level": {
    form: { type: "choice", choices: ["debug", "info", "warn", "error", "silent"] },
    default: "info",
    variable: "RATCHET_LOG_LEVEL",
    description:
      "The lowest level of messages that are shown. For run-once and replay it also applies to the task's console; a server stores that console with each execution.",
  },
  "logging.format": {
    form: { type: "choice", choices: ["auto", "text", "json"] },
    default: "auto",
    variable: "RATCHET_LOG_FORMAT",
    description:
      "Format of the server's messages. auto means text on a terminal and otherwise one JSON object per line.",
  },
} as const satisfies Record<string, KeyDefinition>;
