import type { KeyDefinition } from "./key-definition.ts";
import { COMMAND_LINE_KEYS } from "./slices/command-line.ts";
import { HTTP_KEYS } from "./slices/http.ts";
import { LOGGING_KEYS } from "./slices/logging.ts";
import type { ValueOf } from "./value-form.ts";

/** The one schema of all configuration: dotted name to definition. */
export const CONFIG_KEYS = { ...COMMAND_LINE_KEYS, ...LOGGING_KEYS, ...HTTP_KEYS } satisfies Record<
  string,
  KeyDefinition
>;

/** Dotted name of a configuration key. */
export type ConfigKey = keyof typeof CONFIG_KEYS;

type Definitions = typeof CONFIG_KEYS;

/** The value of every key; those without a default may be `undefined`. */
export type ConfigValues = {
  [K in ConfigKey]: Definitions[K] extends { default: string | number | boolean }
    ? ValueOf<Definitions[K]["form"]>
    : ValueOf<Definitions[K]["form"]> | undefined;
};

/** Sections in the order of the schema, with what each is about. */
export const CONFIG_SECTIONS: Readonly<Record<string, string>> = {
  "": "Defaults of command-line options: what an option of the same name says when it is not given.",
  logging: "Messages on standard error.",
  http: "Outbound HTTP of tasks.",
};

/** All keys with their definitions, in the order of the schema. */
export function configKeys(): [ConfigKey, KeyDefinition][] {
  return Object.entries(CONFIG_KEYS) as [ConfigKey, KeyDefinition][];
}
