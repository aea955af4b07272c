import type { Clock } from "../lib/clock.ts";
import type { Authenticator } from "./authenticator.ts";
import { TRUSTED_MS } from "./credential-cache.ts";

/**
 * - `open`: nobody has to identify themselves
 * - `required`: everybody has to
 * - `setup`: everybody would have to, but there is no user and no key yet, so the server only accepts its set-up
 */
export type AccessState = "open" | "required" | "setup";

/** What decides who may call the server. */
export interface AccessControl {
  /** Read for each request, because the first user or key changes it. It is a promise only if the store has to be asked. */
  state(): AccessState | Promise<AccessState>;
  /** In the order in which they are asked. */
  readonly authenticators: readonly Authenticator[];
}

/** Access control of a server that everyone may call. */
export const OPEN_ACCESS: AccessControl = Object.freeze({ state: () => "open" as const, authenticators: [] });

/** What {@link createAccessState} needs. */
export interface AccessStateOptions {
  clock: Clock;
  /** Whether there is a user or a key. */
  anyone: () => Promise<boolean>;
  /** What holds as long as there is neither: `open` on an address that only this machine reaches. */
  without: AccessState;
}

/** The state of access control, as far as it is known. */
export interface AccessStateReader {
  state: AccessControl["state"];
  /** Reads the state again, after a change that has to be seen at once. */
  refresh(): Promise<AccessState>;
}

/**
 * Creates the reader of the state, which asks the store every two seconds at most. Once access is `required`, it stays
 * so until the server stops: nobody opens a running server by deleting its last user.
 */
export function createAccessState({ clock, anyone, without }: AccessStateOptions): AccessStateReader {
  let state: AccessState | undefined;
  let readAt = 0;
  let reading: Promise<AccessState> | undefined;
  const read = async (): Promise<AccessState> => {
    const startedAt = clock.monotonic();
    const exists = state === "required" || (await anyone());
    // A slower read that began earlier does not know of a user that was created since.
    if (state !== "required") state = exists ? "required" : without;
    readAt = startedAt;
    return state;
  };
  return {
    state() {
      if (state === "required") return state;
      if (state !== undefined && clock.monotonic() - readAt < TRUSTED_MS) return state;
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    refresh: read,
  };
}
