import type { KeyDefinition } from "./key-definition.ts";
import { AUDIT_KEYS } from "./slices/audit.ts";
import { AUTH_KEYS } from "./slices/auth.ts";
import { COMMAND_LINE_KEYS } from "./slices/command-line.ts";
import { EXECUTION_KEYS } from "./slices/execution.ts";
import { HTTP_KEYS } from "./slices/http.ts";
import { LOGGING_KEYS } from "./slices/logging.ts";
import { MEMORY_KEYS } from "./slices/memory.ts";
import { METRICS_KEYS } from "./slices/metrics.ts";
import { NOTIFICATION_KEYS } from "./slices/notifications.ts";
import { REGISTRY_KEYS } from "./slices/registry.ts";
import { RETENTION_KEYS } from "./slices/retention.ts";
import { SECRETS_KEYS } from "./slices/secrets.ts";
import { SERVER_KEYS } from "./slices/server.ts";
import { TOKEN_KEYS } from "./slices/tokens.ts";
import { TRACE_KEYS } from "./slices/traces.ts";
import { WEBHOOK_KEYS } from "./slices/webhooks.ts";
import type { ValueOf } from "./value-form.ts";

/** The single schema of all configuration: maps dotted names to definitions. */
export const CONFIG_KEYS = {
  ...COMMAND_LINE_KEYS,
  ...LOGGING_KEYS,
  ...METRICS_KEYS,
  ...MEMORY_KEYS,
  ...TRACE_KEYS,
  ...HTTP_KEYS,
  ...SERVER_KEYS,
  ...TOKEN_KEYS,
  ...AUTH_KEYS,
  ...REGISTRY_KEYS,
  ...EXECUTION_KEYS,
  ...WEBHOOK_KEYS,
  ...NOTIFICATION_KEYS,
  ...RETENTION_KEYS,
  ...SECRETS_KEYS,
  ...AUDIT_KEYS,
} satisfies Record<string, KeyDefinition>;

/** Dotted name of a configuration key. */
export type ConfigKey = keyof typeof CONFIG_KEYS;

type Definitions = typeof CONFIG_KEYS;

/** The values of all keys. Keys without a default may be `undefined`. */
export type ConfigValues = {
  [K in ConfigKey]: Definitions[K] extends { default: string | number | boolean }
    ? ValueOf<Definitions[K]["form"]>
    : ValueOf<Definitions[K]["form"]> | undefined;
};

/** Sections with their descriptions, in the order of the schema. */
export const CONFIG_SECTIONS: Readonly<Record<string, string>> = {
  "": "Defaults of the command-line options with the same names.",
  logging: "Messages. A server writes them to standard output; warnings and errors go to standard error.",
  metrics: "Metrics for Prometheus.",
  memory: "What the server does when its memory runs short.",
  telemetry: "Traces, and where they are sent.",
  http: "The HTTP client of tasks.",
  server: "The server (`ratchet serve`).",
  auth: "Who may call the server.",
  registry: "Where the server's tasks come from.",
  execution: "Executions of the server.",
  cache: "Tasks kept in memory, and prepared programs kept on the disk.",
  queue: "The queue of jobs.",
  webhooks: "Addresses at which deliveries of other services create jobs.",
  notifications: "Messages about what needs attention.",
  audit: "The audit log: who did what, when, and from where.",
  retention: "How much history is kept. A record stays as long as both its age and the count allow.",
  secrets: "Stored secrets of tasks.",
};

/** Returns all keys with their definitions, in the order of the schema. */
export function configKeys(): [ConfigKey, KeyDefinition][] {
  return Object.entries(CONFIG_KEYS) as [ConfigKey, KeyDefinition][];
}

/** Returns other names of keys in files, each with its key. */
export function configAliases(): [alias: string, key: ConfigKey][] {
  return configKeys().flatMap(([key, { aliases = [] }]) => aliases.map((alias): [string, ConfigKey] => [alias, key]));
}

/** Prefix of the names of all variables. */
export const VARIABLE_PREFIX = "RATCHET_";

/** Derives the name of a variable from that of a key or an alias. */
export function derivedVariable(name: string): string {
  return VARIABLE_PREFIX + name.toUpperCase().replaceAll(/[.-]/g, "_");
}

/** Returns the variable of a key. Most are derived from the key, and a few keys have a shorter one. */
export function variableOf(key: ConfigKey): string {
  const { variable }: KeyDefinition = CONFIG_KEYS[key];
  return variable ?? derivedVariable(key);
}
