import type { KeyDefinition } from "./key-definition.ts";
import { COMMAND_LINE_KEYS } from "./slices/command-line.ts";
import { EXECUTION_KEYS } from "./slices/execution.ts";
import { HTTP_KEYS } from "./slices/http.ts";
import { LOGGING_KEYS } from "./slices/logging.ts";
import { REGISTRY_KEYS } from "./slices/registry.ts";
import { RETENTION_KEYS } from "./slices/retention.ts";
import { SERVER_KEYS } from "./slices/server.ts";
import type { ValueOf } from "./value-form.ts";

/** The one schema of all configuration: dotted name to definition. */
export const CONFIG_KEYS = {
  ...COMMAND_LINE_KEYS,
  ...LOGGING_KEYS,
  ...HTTP_KEYS,
  ...SERVER_KEYS,
  ...REGISTRY_KEYS,
  ...EXECUTION_KEYS,
  ...RETENTION_KEYS,
} satisfies Record<string, KeyDefinition>;

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
  logging: "Messages: of a server on standard output, warnings and errors on standard error.",
  http: "Outbound HTTP of tasks.",
  server: "The server (`ratchet serve`).",
  registry: "Where the server's tasks come from.",
  execution: "Executions of the server.",
  cache: "Tasks kept in memory.",
  queue: "The queue of jobs.",
  retention: "What is kept of the past: as long as both age and count allow.",
};

/** All keys with their definitions, in the order of the schema. */
export function configKeys(): [ConfigKey, KeyDefinition][] {
  return Object.entries(CONFIG_KEYS) as [ConfigKey, KeyDefinition][];
}

/** Other names of keys in files, each with the key. */
export function configAliases(): [alias: string, key: ConfigKey][] {
  return configKeys().flatMap(([key, { aliases = [] }]) => aliases.map((alias): [string, ConfigKey] => [alias, key]));
}

/** What the names of all variables begin with. */
export const VARIABLE_PREFIX = "RATCHET_";

/** The variable that a key has by its name; a few have another, which is shorter. */
export function variableOf(key: string): string {
  return VARIABLE_PREFIX + key.toUpperCase().replaceAll(/[.-]/g, "_");
}
