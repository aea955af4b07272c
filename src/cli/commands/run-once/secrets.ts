import type { ConfigValues } from "../../../config/keys.ts";
import { SECRET_PREFIX } from "../../../config/secrets.ts";
import { declaredSecrets } from "../../../domain/declared-secrets.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import type { ArgDefinition } from "../../framework/command.ts";
import type { RunSecrets } from "./run-secrets.ts";
import { createSecretSource, type SecretOptions, withoutValue } from "./secret-source.ts";

/** Options that give a task its secrets. */
export const SECRET_OPTIONS = {
  secret: {
    type: "string",
    valueHint: "NAME=@FILE",
    multiple: true,
    description: "Read a secret that the task declares from a file; @- is standard input. Can be repeated.",
  },
  "env-file": {
    type: "string",
    valueHint: "FILE",
    complete: "file",
    description: `Read secrets from lines NAME=value. Without it, they come from variables ${SECRET_PREFIX}NAME, or else from the database.`,
  },
} as const satisfies Record<string, ArgDefinition>;

const NO_SECRETS: RunSecrets = {
  values: new Map(),
  grant: () => ({}),
  reports: (reports) => reports,
  text: (text) => text,
  masked: (result) => result,
};

/** Finds the secrets of a task that another one calls. Options for secrets that it does not declare are for others. */
export function calledSecrets(
  task: Pick<TaskDefinition, "metadata">,
  options: SecretOptions,
  config: ConfigValues,
): Promise<RunSecrets> {
  const declared = declaredSecrets(task.metadata.permissions).map(({ name }) => name);
  const secret = options.secret.filter((option) => declared.some((name) => option.startsWith(`${name}=`)));
  return taskSecrets(task, { ...options, secret }, config);
}

/**
 * Finds the secrets that a task declares. Nothing else gets into the sandbox.
 * @throws {RatchetError} CONFIG_INVALID for a secret without a value, or an invalid file; USAGE for one that the task doesn't
 *   declare; INPUT_UNREADABLE; ENVIRONMENT
 */
export async function taskSecrets(
  task: Pick<TaskDefinition, "metadata">,
  options: SecretOptions,
  config: ConfigValues,
): Promise<RunSecrets> {
  const { metadata } = task;
  const source = createSecretSource(options, [metadata], config);
  const declared = declaredSecrets(metadata.permissions).map(({ name }) => name);
  if (declared.length === 0) return NO_SECRETS;
  const { values, file } = await source.found();
  const missing = declared.filter((name) => !values.has(name));
  if (missing.length > 0) throw withoutValue(missing, metadata.label, file);
  // Most tasks have no secrets, and should not wait for this.
  const { runSecrets } = await import("./run-secrets.ts");
  return runSecrets(metadata, values);
}
