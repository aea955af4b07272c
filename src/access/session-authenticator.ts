import type { FoundSession } from "../domain/credentials.ts";
import type { Identity } from "../domain/principal.ts";
import type { Clock } from "../lib/clock.ts";
import type { Authentication, Authenticator } from "./authenticator.ts";
import type { CredentialCache } from "./credential-cache.ts";
import type { LastUses } from "./last-uses.ts";
import { hashToken } from "./secret-token.ts";
import { sessionToken } from "./session-cookie.ts";

/** What {@link createSessionAuthenticator} needs. */
export interface SessionAuthenticatorOptions {
  sessions: CredentialCache<FoundSession>;
  lastUses: LastUses<string>;
  clock: Clock;
  /** How long a session lasts without a request, ms. */
  idleMs: number;
}

/** Longer texts are not tokens, and are not worth hashing. */
const LONGEST_TOKEN = 200;

/** Reads sessions from their cookie. */
export function createSessionAuthenticator(options: SessionAuthenticatorOptions): Authenticator {
  const { sessions, lastUses, clock, idleMs } = options;
  function judge(session: FoundSession | undefined, hash: string): Authentication {
    if (session === undefined) return { refused: "unknown", message: "The session does not exist, or has ended." };
    const now = clock.now();
    const idleUntil = Math.max(session.idleUntil, (lastUses.latest(hash) ?? Number.NEGATIVE_INFINITY) + idleMs);
    if (session.expiresAt <= now || idleUntil <= now) {
      return { refused: "expired", message: "The session has expired.", identity: identityOf(session) };
    }
    lastUses.note(hash);
    return { principal: session.principal, isCookie: true };
  }
  return {
    name: "session",
    authenticate(headers, isSecure) {
      const token = sessionToken(headers, isSecure);
      if (token === undefined || token === "") return undefined;
      if (token.length > LONGEST_TOKEN) return judge(undefined, "");
      const hash = hashToken(token);
      const found = sessions.find(hash);
      return found instanceof Promise ? found.then((one) => judge(one, hash)) : judge(found, hash);
    },
    recall(headers, isSecure) {
      const token = sessionToken(headers, isSecure) ?? "";
      const session = token === "" || token.length > LONGEST_TOKEN ? undefined : sessions.recall(hashToken(token));
      return session && identityOf(session);
    },
  };
}

const identityOf = ({ principal: { kind, name } }: FoundSession): Identity => ({ kind, name });
