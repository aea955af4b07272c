import type { JsonObject } from "../domain/json.ts";
import { defined } from "../lib/defined.ts";
import type { LogFields, Logger } from "./logger.ts";

/** Masks secrets in texts and values. */
export interface LogMasker {
  text(text: string): string;
  value(value: JsonObject): JsonObject;
}

/** Returns a logger that masks what it writes. @param maskerNow returns the masker; undefined while nothing is secret */
export function maskingLogger(logger: Logger, maskerNow: () => LogMasker | undefined): Logger {
  const at =
    (level: keyof Logger) =>
    (message: string, fields: LogFields = {}): void => {
      const masker = maskerNow();
      if (masker === undefined) logger[level](message, fields);
      else logger[level](masker.text(message), masker.value(defined(fields) as JsonObject));
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
