import type { KeyDefinition } from "../key-definition.ts";

/** What is written of messages, and how. */
export const LOGGING_KEYS = {
  "logging.level": {
    form: { type: "choice", choices: ["debug", "info", "warn", "error", "silent"] },
    default: "info",
    env: "RATCHET_LOG_LEVEL",
    description:
      "The least severe message that is shown. run-once and replay hold the console of the task to it as well; a server keeps that console with each execution.",
  },
  "logging.format": {
    form: { type: "choice", choices: ["auto", "text", "json"] },
    default: "auto",
    env: "RATCHET_LOG_FORMAT",
    description: "How the server writes messages; auto is text on a terminal and one JSON object a line elsewhere.",
  },
} as const satisfies Record<string, KeyDefinition>;
