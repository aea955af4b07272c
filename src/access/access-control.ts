import type { Authenticator } from "./authenticator.ts";

/**
 * - `open`: nobody has to identify themselves
 * - `required`: everybody has to
 * - `setup`: everybody would have to, but there is no user and no key yet, so the server only accepts its set-up
 */
export type AccessState = "open" | "required" | "setup";

/** What decides who may call the server. */
export interface AccessControl {
  /** Read for each request, because the first user or key changes it. */
  state(): AccessState;
  /** In the order in which they are asked. */
  readonly authenticators: readonly Authenticator[];
}

/** Access control of a server that everyone may call. */
export const OPEN_ACCESS: AccessControl = Object.freeze({ state: () => "open" as const, authenticators: [] });
