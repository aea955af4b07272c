import { type FoundKey, principalOf } from "../domain/credentials.ts";
import type { Identity } from "../domain/principal.ts";
import type { Clock } from "../lib/clock.ts";
import type { Authentication, Authenticator } from "./authenticator.ts";
import { bearerToken } from "./bearer-token.ts";
import type { CredentialCache } from "./credential-cache.ts";
import type { LastUses } from "./last-uses.ts";
import { hashToken, KEY_PREFIX } from "./secret-token.ts";

/** What {@link createKeyAuthenticator} needs. */
export interface KeyAuthenticatorOptions {
  keys: CredentialCache<FoundKey>;
  lastUses: LastUses<number>;
  clock: Clock;
}

/** Longer texts are not keys, and are not worth hashing. */
const LONGEST_KEY = 200;

/** Reads API keys from `Authorization: Bearer rtk_...` or `X-API-Key: rtk_...`. */
export function createKeyAuthenticator({ keys, lastUses, clock }: KeyAuthenticatorOptions): Authenticator {
  function judge(key: FoundKey | undefined): Authentication {
    if (key === undefined) return { refused: "unknown", message: "The API key is not valid." };
    const identity = identityOf(key);
    if (key.revokedAt !== null) return { refused: "revoked", message: "The API key was revoked.", identity };
    if (key.expiresAt !== null && key.expiresAt <= clock.now()) {
      return { refused: "expired", message: "The API key has expired.", identity };
    }
    lastUses.note(key.id);
    return { principal: principalOf("key", key) };
  }
  return {
    name: "API key",
    authenticate(headers) {
      const sent = sentKey(headers);
      if (sent === undefined) return undefined;
      if (sent.length > LONGEST_KEY) return judge(undefined);
      const found = keys.find(hashToken(sent));
      return found instanceof Promise ? found.then(judge) : judge(found);
    },
    recall(headers) {
      const sent = sentKey(headers);
      const key = sent === undefined || sent.length > LONGEST_KEY ? undefined : keys.recall(hashToken(sent));
      return key && identityOf(key);
    },
  };
}

const identityOf = ({ name }: FoundKey): Identity => ({ kind: "key", name });

function sentKey(headers: Headers): string | undefined {
  const token = bearerToken(headers);
  if (token?.startsWith(KEY_PREFIX)) return token;
  const own = headers.get("x-api-key");
  return own === null ? undefined : own.trim();
}
