import type { Passwords } from "../../access/passwords.ts";
import { hashToken, randomToken } from "../../access/secret-token.ts";
import type { User } from "../../domain/credentials.ts";
import { principalOf } from "../../domain/credentials.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { Principal } from "../../domain/principal.ts";
import type { NewSession, SessionStore, UserStore } from "../../store/contract/users.ts";

/** How long sessions last, ms. */
export interface SessionLimits {
  /** Without a request. */
  idleMs: number;
  /** In any case. */
  maxAgeMs: number;
}

/** A session that has begun. */
export interface BegunSession {
  /** The value of the cookie. Only its hash is stored. */
  token: string;
  maxAgeMs: number;
  principal: Principal;
}

/** Logs people in and out. */
export interface SessionService {
  /** @throws {RatchetError} UNAUTHENTICATED, the same for a wrong password and an unknown user; OVERLOADED */
  login(request: { username: string; password: string }): Promise<BegunSession>;
  /** Begins a session for a user who has just been created. */
  beginFor(user: User): Promise<BegunSession>;
  /** Begins a session for somebody who was identified elsewhere, such as by an OpenID provider. */
  begin(principal: Principal): Promise<BegunSession>;
  /** Ends the session with a token. Does nothing if it has ended. */
  logout(token: string): Promise<void>;
}

/** What {@link createSessionService} needs. */
export interface SessionServiceOptions {
  users: UserStore;
  sessions: SessionStore;
  passwords: Passwords;
  limits: SessionLimits;
  /** Makes a change take effect at once. */
  changed: () => Promise<void>;
}

/** Creates the service of sessions. */
export function createSessionService(options: SessionServiceOptions): SessionService {
  const { users, sessions, passwords, limits, changed } = options;
  async function begin(of: NewSession["of"], principal: Principal): Promise<BegunSession> {
    const token = randomToken();
    await sessions.create({ hash: hashToken(token), of, ...limits });
    return { token, maxAgeMs: limits.maxAgeMs, principal };
  }
  const beginFor = (user: User) => begin({ userId: user.id }, principalOf("user", user));
  return {
    async login({ username, password }) {
      const found = await users.withPassword(username);
      if (!(await passwords.verify(password, found?.passwordHash)) || found === undefined) throw wrongLogin();
      return beginFor(found.user);
    },
    beginFor,
    begin: (principal) => begin({ principal }, principal),
    async logout(token) {
      await sessions.delete(hashToken(token));
      await changed();
    },
  };
}

function wrongLogin(): RatchetError {
  return new RatchetError("UNAUTHENTICATED", "The user name or the password is wrong.", {
    remedy: "Check both; `ratchet user passwd NAME` sets a new password.",
  });
}
