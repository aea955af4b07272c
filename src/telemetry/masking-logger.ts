import type { JsonObject } from "../domain/json.ts";
import { defined } from "../lib/defined.ts";
import type { LogFields, Logger } from "./logger.ts";

/** Masks secrets in texts and values. */
export interface LogMasker {
  text(text: string): string;
  value(value: JsonObject): JsonObject;
}

/** Returns a logger that masks what it writes, as soon as it is told what does. */
export function maskingLogger(logger: Logger): {
  logger: Logger;
  /** @param maskerNow returns the masker; undefined while nothing is secret */
  maskWith(maskerNow: () => LogMasker | undefined): void;
} {
  let current = (): LogMasker | undefined => undefined;
  const at =
    (level: keyof Logger) =>
    (message: string, fields: LogFields = {}): void => {
      const masker = current();
      if (masker === undefined) logger[level](message, fields);
      else logger[level](masker.text(message), masker.value(defined(fields) as JsonObject));
    };
  return {
    logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    maskWith(maskerNow) {
      current = maskerNow;
    },
  };
}
