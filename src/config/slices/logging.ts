import { isAbsolute, normalize, sep } from "node:path";
import type { KeyDefinition } from "../key-definition.ts";
import type { ConfigValue } from "../value-form.ts";

/** Which messages are written, where, and in which format. */
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
  "logging.file.path": {
    form: { type: "string" },
    example: "/var/log/ratchet/ratchet.log",
    description:
      "File that gets the server's messages and what tasks write to their consoles, besides the standard streams. Only its owner may read it.",
    allowedInProject: isWithinFolder,
    projectRule: "./ratchet.yaml may only name a file in its own folder.",
  },
  "logging.file.max_size": {
    form: { type: "size", min: 1_024 },
    default: 10 * 1_024 ** 2,
    description: "Maximum size of that file. A full one is renamed: log becomes log.1, and so on.",
  },
  "logging.file.max_files": {
    form: { type: "integer", min: 1, max: 1_000 },
    default: 5,
    description: "How many of these files are kept, the current one included.",
  },
} as const satisfies Record<string, KeyDefinition>;

/** Ensures that a folder's own file does not lead the log to a file elsewhere. */
function isWithinFolder(value: ConfigValue): boolean {
  return typeof value === "string" && !isAbsolute(value) && normalize(value).split(sep)[0] !== "..";
}
