import type { FoundSession, Grant, User } from "../../domain/credentials.ts";
import type { Principal } from "../../domain/principal.ts";

/** A user to create. */
export interface NewUser extends Grant {
  name: string;
  passwordHash: string;
}

/** Changes of a user. */
export interface UserChange extends Partial<Grant> {
  passwordHash?: string;
}

/** Users. Names are found without regard to case. */
export interface UserStore {
  any(): Promise<boolean>;
  /** By name. */
  list(): Promise<User[]>;
  byName(name: string): Promise<User | undefined>;
  /** The user with a name, and the hash of the password. */
  withPassword(name: string): Promise<{ user: User; passwordHash: string } | undefined>;
  /** @throws {RatchetError} CONFLICT if the name is taken */
  create(user: NewUser): Promise<User>;
  /** Creates the first user. @returns undefined if there is one already */
  createFirst(user: NewUser): Promise<User | undefined>;
  /** Changes a user. A new password ends the user's sessions. @throws {RatchetError} USER_NOT_FOUND */
  change(name: string, change: UserChange): Promise<User>;
  /** Deletes a user with all sessions. @throws {RatchetError} USER_NOT_FOUND */
  delete(name: string): Promise<void>;
}

/** A session to begin. */
export interface NewSession {
  /** SHA-256 of its token, hex. */
  hash: string;
  /** A user of this server, or who an OpenID provider says it is. */
  of: { userId: number } | { principal: Principal };
  idleMs: number;
  maxAgeMs: number;
}

/** Sessions. */
export interface SessionStore {
  /** Begins a session. For a user it also stores the time of the login. */
  create(session: NewSession): Promise<void>;
  find(hash: string): Promise<FoundSession | undefined>;
  /** Stores that sessions were used. @param uses ms since the epoch, by hash */
  used(uses: ReadonlyMap<string, number>, idleMs: number): Promise<void>;
  /** Ends a session. */
  delete(hash: string): Promise<void>;
}
