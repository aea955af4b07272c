import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import { environmentSecret, SECRET_PREFIX } from "../../../config/secrets.ts";
import { declaredSecrets } from "../../../domain/declared-secrets.ts";
import { RatchetError } from "../../../domain/errors.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { nearest } from "../../../lib/nearest.ts";
import type { ArgDefinition } from "../../framework/command.ts";
import { readEnvFile } from "./env-file.ts";
import { readTextFile } from "./input.ts";
import type { RunSecrets } from "./run-secrets.ts";

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

/** Values of these options. */
export interface SecretOptions {
  secret: readonly string[];
  "env-file": string | undefined;
}

const NO_SECRETS: RunSecrets = {
  values: new Map(),
  grant: () => ({}),
  reports: (reports) => reports,
  masked: (result) => result,
};

/**
 * Finds the secrets that a task declares: from `--secret`, else from `--env-file`, else from the environment, else from the
 * database. Nothing else gets into the sandbox.
 * @throws {RatchetError} CONFIG_INVALID for a secret without a value, or an invalid file; USAGE for one that the task doesn't
 *   declare; INPUT_UNREADABLE; ENVIRONMENT
 */
export async function taskSecrets(
  task: Pick<TaskDefinition, "metadata">,
  options: SecretOptions,
  config: ConfigValues,
): Promise<RunSecrets> {
  const { metadata } = task;
  const declared = declaredSecrets(metadata.permissions).map(({ name }) => name);
  const given = givenSecrets(options.secret, declared, metadata.label);
  if (declared.length === 0) return NO_SECRETS;
  const { values, file } = await findValues(declared, given, options["env-file"], config);
  const missing = declared.filter((name) => !values.has(name));
  if (missing.length > 0) throw withoutValue(missing, metadata.label, file);
  // Most tasks have no secrets, and should not wait for this.
  const { runSecrets } = await import("./run-secrets.ts");
  return runSecrets(metadata, values);
}

/** Returns the values that are found, and the names in the env file. */
async function findValues(
  declared: readonly string[],
  given: ReadonlyMap<string, string>,
  path: string | undefined,
  config: ConfigValues,
): Promise<{ values: Map<string, string>; file: ReadonlyMap<string, string> }> {
  const file = path === undefined ? new Map<string, string>() : readEnvFile(readTextFile(path), path);
  const env = processEnvironment();
  const values = new Map<string, string>();
  for (const name of declared) {
    const value = given.get(name) ?? file.get(name) ?? environmentSecret(env, name);
    // Systems that run jobs set a variable without a value for a secret that they don't know.
    if (value !== undefined && value !== "") values.set(name, value);
  }
  const unknown = declared.filter((name) => !values.has(name) && !given.has(name) && !file.has(name));
  if (unknown.length > 0) {
    const { databaseSecrets } = await import("./database-secrets.ts");
    for (const [name, value] of await databaseSecrets(unknown, config)) values.set(name, value);
  }
  return { values, file };
}

function withoutValue(missing: readonly string[], label: string, file: ReadonlyMap<string, string>): RatchetError {
  const [first = ""] = missing;
  const [what, it] =
    missing.length === 1 ? [`The secret ${first} has`, "it"] : [`The secrets ${missing.join(", ")} have`, "them"];
  const prefixed = file.has(`${SECRET_PREFIX}${first}`) ? `In an env file the name is ${first} alone. ` : "";
  return new RatchetError("CONFIG_INVALID", `${what} no value, and the task "${label}" needs ${it}.`, {
    remedy: `${prefixed}Set ${SECRET_PREFIX}${first}, pass --secret ${first}=@FILE or --env-file FILE, or store it with \`ratchet secrets set ${first}\`.`,
    data: { missing: [...missing] },
  });
}

function givenSecrets(options: readonly string[], declared: readonly string[], label: string): Map<string, string> {
  const given = new Map<string, string>();
  for (const option of options) {
    const equals = option.indexOf("=");
    const name = equals === -1 ? option : option.slice(0, equals);
    const value = equals === -1 ? "" : option.slice(equals + 1);
    if (name === "" || !value.startsWith("@") || value === "@") {
      // The message leaves out the value, which may be the secret.
      throw new RatchetError("USAGE", `--secret ${name} does not name a file.`, {
        remedy: `Write --secret ${name || "NAME"}=@FILE: on the command line itself every user of the machine could read it.`,
      });
    }
    if (!declared.includes(name)) throw undeclared(name, declared, label);
    // The last line feed of a file is not part of the value, as in a shell's $(cat FILE).
    given.set(name, readTextFile(value.slice(1)).replace(/\r?\n$/, ""));
  }
  return given;
}

function undeclared(name: string, declared: readonly string[], label: string): RatchetError {
  const near = nearest(name, declared);
  return new RatchetError("USAGE", `--secret ${name}: the task "${label}" declares no such secret.`, {
    remedy:
      near === undefined
        ? `Add it to the task's metadata: "permissions": {"secrets": [${JSON.stringify(name)}]}.`
        : `Did you mean ${near}?`,
  });
}
