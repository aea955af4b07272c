import type { FoundKey, FoundSession } from "../domain/credentials.ts";
import type { Clock } from "../lib/clock.ts";
import { type AccessControl, createAccessState } from "./access-control.ts";
import type { Authenticator } from "./authenticator.ts";
import { createCredentialCache } from "./credential-cache.ts";
import { createKeyAuthenticator } from "./key-authenticator.ts";
import { createLastUses } from "./last-uses.ts";
import { createSessionAuthenticator } from "./session-authenticator.ts";

/** What access control reads and writes. */
export interface CredentialStore {
  keys: {
    any(): Promise<boolean>;
    find(hash: string): Promise<FoundKey | undefined>;
    used(uses: ReadonlyMap<number, number>): Promise<void>;
  };
  users: { any(): Promise<boolean> };
  sessions: {
    find(hash: string): Promise<FoundSession | undefined>;
    used(uses: ReadonlyMap<string, number>, idleMs: number): Promise<void>;
  };
}

/** What {@link createAccess} needs. */
export interface AccessOptions {
  store: CredentialStore;
  clock: Clock;
  /** What holds as long as there is neither user nor key. */
  without: "open" | "setup" | "required";
  /** How long a session lasts without a request, ms. */
  sessionIdleMs: number;
  /** Further kinds of credentials, which are asked after keys and sessions. @default none */
  others?: readonly Authenticator[];
  /** Receives failures that no caller waits for. */
  onError: (error: unknown) => void;
}

/** Access control of a server, and what keeps it up to date. */
export interface Access {
  control: AccessControl;
  /** Returns how many credentials are remembered. */
  remembered(): number;
  /** Makes a change of users, keys or sessions take effect at once. Changes of other processes take up to two seconds. */
  changed(): Promise<void>;
  /** Stores what is still to be stored. */
  stop(): Promise<void>;
}

/** Creates access control over a store. */
export function createAccess({ store, clock, without, sessionIdleMs, others = [], onError }: AccessOptions): Access {
  const keys = createCredentialCache(clock, (hash) => store.keys.find(hash));
  const sessions = createCredentialCache(clock, (hash) => store.sessions.find(hash));
  const keyUses = createLastUses<number>(clock, (uses) => store.keys.used(uses), onError);
  const sessionUses = createLastUses<string>(clock, (uses) => store.sessions.used(uses, sessionIdleMs), onError);
  const { state, refresh } = createAccessState({
    clock,
    without,
    anyone: async () => (await store.users.any()) || (await store.keys.any()),
  });
  return {
    control: {
      state,
      authenticators: [
        createKeyAuthenticator({ keys, lastUses: keyUses, clock }),
        createSessionAuthenticator({ sessions, lastUses: sessionUses, clock, idleMs: sessionIdleMs }),
        ...others,
      ],
    },
    remembered: () => keys.size() + sessions.size(),
    async changed() {
      keys.clear();
      sessions.clear();
      await refresh();
    },
    async stop() {
      await keyUses.flush();
      await sessionUses.flush();
    },
  };
}
