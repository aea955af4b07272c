import type { FlattenedJWSInput, JWTHeaderParameters } from "jose";
import { RatchetError } from "../../domain/errors.ts";
import type { HttpSend } from "../../domain/http.ts";
import type { Clock } from "../../lib/clock.ts";

type Jose = typeof import("jose");
type LocalKeySet = ReturnType<Jose["createLocalJWKSet"]>;

/** Finds the key that verifies a token. @throws an error of jose if there is no such key; {@link RatchetError} ENVIRONMENT */
export type FindKey = (header: JWTHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/** How old a key set may become before it is fetched again, ms. */
const MAX_AGE_MS = 10 * 60_000;

/** How long a key set stays in use while it can't be fetched again, ms. */
const MAX_STALE_AGE_MS = 60 * 60_000;

/** Unknown key ids lead to at most one more fetch in this time, ms: anyone can invent key ids. */
const UNKNOWN_KEY_PAUSE_MS = 30_000;

/** After a failed fetch, nothing is fetched for this time, ms. */
const FAILURE_PAUSE_MS = 5_000;

const FETCH_TIMEOUT_MS = 5_000;
const MAX_KEY_SET_BYTES = 1024 * 1024;

/** What {@link createPublishedKeys} needs. */
export interface PublishedKeysOptions {
  url: string;
  send: HttpSend;
  clock: Clock;
  jose: Jose;
}

/** A key set that was fetched. */
interface KeptKeys {
  find: LocalKeySet;
  fetchedAt: number;
}

/**
 * Creates the function that finds keys in a key set on the web (RFC 7517, section 5). The set is fetched when a key is
 * first needed, when it is old, and when a token names a key that it lacks. All callers share one fetch.
 */
export function createPublishedKeys({ url, send, clock, jose }: PublishedKeysOptions): FindKey {
  let kept: KeptKeys | undefined;
  let pending: Promise<KeptKeys> | undefined;
  let failure: { error: RatchetError; at: number } | undefined;
  let unknownKeyAt = Number.NEGATIVE_INFINITY;

  function load(): Promise<KeptKeys> {
    if (failure !== undefined && clock.monotonic() - failure.at < FAILURE_PAUSE_MS)
      return Promise.reject(failure.error);
    pending ??= fetchKeySet({ url, send, jose })
      .then(
        (find) => {
          failure = undefined;
          kept = { find, fetchedAt: clock.monotonic() };
          return kept;
        },
        (cause) => {
          const error = unavailable(cause);
          failure = { error, at: clock.monotonic() };
          throw error;
        },
      )
      .finally(() => {
        pending = undefined;
      });
    return pending;
  }

  /** Returns the key set: the one that is kept, unless it is old. */
  async function current(): Promise<KeptKeys> {
    const known = kept;
    if (known === undefined) return load();
    const age = clock.monotonic() - known.fetchedAt;
    if (age < MAX_AGE_MS) return known;
    return load().catch((error) => {
      if (age < MAX_STALE_AGE_MS) return known;
      throw error;
    });
  }

  return async (header, token) => {
    const known = kept;
    const keys = await current();
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (!(error instanceof jose.errors.JWKSNoMatchingKey)) throw error;
      const now = clock.monotonic();
      // A set that was fetched for this very token does not change by being fetched twice.
      if (keys !== known || now - unknownKeyAt < UNKNOWN_KEY_PAUSE_MS) throw error;
      unknownKeyAt = now;
      const newer = await load();
      return newer.find(header, token);
    }
  };
}

/** Fetches a key set. @throws an Error that says why it can't be used */
export async function fetchKeySet({ url, send, jose }: Pick<PublishedKeysOptions, "url" | "send" | "jose">) {
  const response = await send(
    {
      method: "GET",
      url,
      headers: [["accept", "application/jwk-set+json, application/json"]],
      body: null,
      // What the URL was checked for does not hold for the target of a redirect.
      redirect: "error",
      timeoutMs: FETCH_TIMEOUT_MS,
      maxResponseBytes: MAX_KEY_SET_BYTES,
    },
    new AbortController().signal,
  );
  if (response.status !== 200) throw new Error(`${url} responded with ${response.status}`);
  return jose.createLocalJWKSet(JSON.parse(new TextDecoder().decode(response.body)));
}

function unavailable(cause: unknown): RatchetError {
  return new RatchetError("ENVIRONMENT", "The token can't be checked, because the issuer's keys can't be fetched.", {
    cause,
    remedy: "Try again later. The server's operator can check that auth.jwt.jwks_url responds with a JSON Web Key Set.",
  });
}
