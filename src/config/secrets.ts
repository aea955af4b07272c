import type { Environment } from "./environment.ts";

/** Start of the names of variables that hold the values of secrets. */
export const SECRET_PREFIX = "RATCHET_SECRET_";

/** Returns the value of a secret in the environment: API_KEY is in RATCHET_SECRET_API_KEY. */
export function environmentSecret(env: Environment, name: string): string | undefined {
  return env[`${SECRET_PREFIX}${name}`];
}
