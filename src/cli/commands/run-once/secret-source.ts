import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import { environmentSecret, SECRET_PREFIX } from "../../../config/secrets.ts";
import { declaredSecrets } from "../../../domain/declared-secrets.ts";
import { RatchetError } from "../../../domain/errors.ts";
import type { SecretValues } from "../../../domain/secret.ts";
import type { TaskMetadata } from "../../../domain/task.ts";
import { nearest } from "../../../lib/nearest.ts";
import { readEnvFile } from "./env-file.ts";
import { readTextFile } from "./input.ts";

/** Values of the options that give a task its secrets. */
export interface SecretOptions {
  secret: readonly string[];
  "env-file": string | undefined;
}

/** The values of secrets that tasks declare. */
export interface FoundSecrets {
  values: SecretValues;
  /** What the env file has, by the names that are written there. */
  file: ReadonlyMap<string, string>;
}

/** Where the values of secrets come from. */
export interface SecretSource {
  /**
   * Finds the values: from `--secret`, else from `--env-file`, else from the environment, else from the database. They are read
   * once, and only when they are needed.
   * @throws {RatchetError} CONFIG_INVALID, INPUT_UNREADABLE, ENVIRONMENT
   */
  found(): Promise<FoundSecrets>;
}

/**
 * Creates the source of the secrets that tasks declare.
 * @param read reads a file; - is standard input
 * @throws {RatchetError} USAGE if `--secret` has one that no task declares; INPUT_UNREADABLE
 */
export function createSecretSource(
  options: SecretOptions,
  tasks: readonly TaskMetadata[],
  config: ConfigValues,
  read: (path: string) => string = readTextFile,
): SecretSource {
  const declared = [
    ...new Set(tasks.flatMap(({ permissions }) => declaredSecrets(permissions).map(({ name }) => name))),
  ];
  const given = givenSecrets(options.secret, declared, tasks, read);
  let found: Promise<FoundSecrets> | undefined;
  return {
    found() {
      found ??= findValues(declared, given, options["env-file"], { config, read });
      return found;
    },
  };
}

async function findValues(
  declared: readonly string[],
  given: ReadonlyMap<string, string>,
  path: string | undefined,
  { config, read }: { config: ConfigValues; read: (path: string) => string },
): Promise<FoundSecrets> {
  const file = path === undefined ? new Map<string, string>() : readEnvFile(read(path), path);
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

/** The error of a task whose secrets have no value. @param file what the env file has */
export function withoutValue(
  missing: readonly string[],
  label: string,
  file: ReadonlyMap<string, string>,
): RatchetError {
  const [first = ""] = missing;
  const [what, it] =
    missing.length === 1 ? [`The secret ${first} has`, "it"] : [`The secrets ${missing.join(", ")} have`, "them"];
  const prefixed = file.has(`${SECRET_PREFIX}${first}`) ? `In an env file the name is ${first} alone. ` : "";
  return new RatchetError("CONFIG_INVALID", `${what} no value, and the task "${label}" needs ${it}.`, {
    remedy: `${prefixed}Set ${SECRET_PREFIX}${first}, pass --secret ${first}=@FILE or --env-file FILE, or store it with \`ratchet secrets set ${first}\`.`,
    data: { missing: [...missing] },
  });
}

function givenSecrets(
  options: readonly string[],
  declared: readonly string[],
  tasks: readonly TaskMetadata[],
  read: (path: string) => string,
): Map<string, string> {
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
    if (!declared.includes(name)) throw undeclared(name, declared, tasks);
    // The last line feed of a file is not part of the value, as in a shell's $(cat FILE).
    given.set(name, read(value.slice(1)).replace(/\r?\n$/, ""));
  }
  return given;
}

function undeclared(name: string, declared: readonly string[], tasks: readonly TaskMetadata[]): RatchetError {
  const near = nearest(name, declared);
  const [first] = tasks;
  const who = tasks.length === 1 && first !== undefined ? `the task "${first.label}" declares` : "the tasks declare";
  return new RatchetError("USAGE", `--secret ${name}: ${who} no such secret.`, {
    remedy:
      near === undefined
        ? `Add it to the task's metadata: "permissions": {"secrets": [${JSON.stringify(name)}]}.`
        : `Did you mean ${near}?`,
  });
}
