import type { Environment } from "./environment.ts";

/** Start of the names of variables that hold the values of secrets. */
export const SECRET_PREFIX = "RATCHET_SECRET_";

/** The variable that holds the master key. It is no configuration key, so that no command prints its value. */
export const MASTER_KEY_VARIABLE = "RATCHET_SECRETS_KEY";

/** Returns the value of a secret in the environment: API_KEY is in RATCHET_SECRET_API_KEY. */
export function environmentSecret(env: Environment, name: string): string | undefined {
  return env[`${SECRET_PREFIX}${name}`];
}

/** Returns the text of the master key in the environment; undefined if the variable is missing or empty. */
export function environmentMasterKey(env: Environment): string | undefined {
  const text = env[MASTER_KEY_VARIABLE];
  return text === undefined || text.trim() === "" ? undefined : text;
}
