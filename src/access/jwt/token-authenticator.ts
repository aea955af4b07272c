import { RatchetError } from "../../domain/errors.ts";
import type { Principal } from "../../domain/principal.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";
import { Lru } from "../../lib/lru.ts";
import type { Authentication, Authenticator } from "../authenticator.ts";
import { bearerToken } from "../bearer-token.ts";
import type { TokenOutcome, VerifyToken } from "./verify-token.ts";

/** How long a verified token is not verified again, ms. In this time, a key that its issuer withdraws still counts. */
const REMEMBERED_MS = 30_000;

/** The most memory for verified tokens, in characters. */
const MAX_REMEMBERED = 1024 * 1024;

/** A token has three parts: header, claims and signature. Other bearer credentials, such as API keys, have no dots. */
const TOKEN = /^[\w-]*\.[\w-]*\.[\w-]*$/;

/** A token that was verified. */
interface Remembered {
  token: string;
  principal: Principal;
  /** ms since the epoch. */
  until: number;
}

/**
 * Creates the authenticator for bearer tokens (RFC 6750). A client sends the same token with every request, so one that
 * was verified is remembered for a while: it costs no signature check, and no wait.
 */
export function createTokenAuthenticator(verify: VerifyToken, clock: Clock): Authenticator {
  const remembered = new Lru<string, Remembered>(MAX_REMEMBERED, ({ token }) => token.length);

  async function check(token: string): Promise<Authentication> {
    let outcome: TokenOutcome;
    try {
      outcome = await verify(token);
    } catch (error) {
      if (!(error instanceof RatchetError)) throw error;
      return { refused: "unavailable", message: error.message };
    }
    if ("refused" in outcome) {
      const { refused, reason, identity } = outcome;
      return { refused, message: `The bearer token is not accepted: ${reason}.`, ...defined({ identity }) };
    }
    const { principal, expiresAt } = outcome;
    remembered.set(token, { token, principal, until: Math.min(expiresAt, clock.now() + REMEMBERED_MS) });
    return { principal };
  }

  return {
    name: "bearer token",
    authenticate(headers) {
      const token = bearerToken(headers);
      if (token === undefined || !TOKEN.test(token)) return undefined;
      const known = remembered.get(token);
      if (known === undefined) return check(token);
      if (clock.now() < known.until) return { principal: known.principal };
      remembered.delete(token);
      return check(token);
    },
    recall(headers) {
      const known = remembered.get(bearerToken(headers) ?? "");
      return known && { kind: known.principal.kind, name: known.principal.name };
    },
  };
}
