import type { JWTPayload } from "jose";
import { RatchetError } from "../../domain/errors.ts";
import type { HttpSend } from "../../domain/http.ts";
import type { Identity, Principal } from "../../domain/principal.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";
import { nameInClaims } from "../claimed-name.ts";
import { roleInClaims } from "../role-claim.ts";
import { createPublishedKeys } from "./key-set.ts";
import type { TokenSettings } from "./token-settings.ts";

type Jose = typeof import("jose");

/** Why a token is not accepted. With `no-role`, somebody is identified, but may do nothing here. */
export type TokenRefusal = "malformed" | "expired" | "unknown" | "no-role";

/** What a token led to. */
export type TokenOutcome =
  | {
      principal: Principal;
      /** ms since the epoch. */
      expiresAt: number;
    }
  | {
      refused: TokenRefusal;
      /** A clause for people, without the contents of the token. */
      reason: string;
      /** Whom the token identifies, if it is genuine. */
      identity?: Identity;
    };

/** Checks a bearer token. @throws {RatchetError} ENVIRONMENT if it can't be checked at the moment */
export type VerifyToken = (token: string) => Promise<TokenOutcome>;

/** What {@link createTokenVerifier} needs. */
export interface TokenVerifierOptions {
  settings: TokenSettings;
  /** Fetches the issuer's keys. */
  send: HttpSend;
  clock: Clock;
}

/**
 * The algorithms for each kind of key. The token's header does not choose: a token that is signed with a public key as
 * if it were a shared secret must fail (RFC 8725, section 3.1).
 */
const ALGORITHMS = {
  shared: ["HS256", "HS384", "HS512"],
  published: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
};

/** Longest token, in characters. Headers are limited as a whole; this bounds what is decoded for nothing. */
const LONGEST_TOKEN = 16 * 1024;

/** Creates the check of bearer tokens (RFC 7519, RFC 8725). The library is loaded for the first token. */
export function createTokenVerifier({ settings, send, clock }: TokenVerifierOptions): VerifyToken {
  const { audience, issuer, roleClaim, keys } = settings;
  let loaded: Promise<(token: string) => Promise<JWTPayload>> | undefined;

  async function load() {
    const jose = await import("jose");
    const options = () => ({
      ...defined({ issuer }),
      audience,
      algorithms: ALGORITHMS[keys.kind],
      requiredClaims: ["exp"],
      currentDate: new Date(clock.now()),
    });
    if (keys.kind === "shared") {
      const { secret } = keys;
      return async (token: string) => (await jose.jwtVerify(token, secret, options())).payload;
    }
    const find = createPublishedKeys({ url: keys.url, send, clock, jose });
    return async (token: string) => (await jose.jwtVerify(token, find, options())).payload;
  }

  return async (token) => {
    if (token.length > LONGEST_TOKEN) return { refused: "malformed", reason: "it is too long" };
    loaded ??= load();
    const claimsOf = await loaded;
    let claims: JWTPayload;
    try {
      claims = await claimsOf(token);
    } catch (error) {
      if (error instanceof RatchetError) throw error;
      return explain(error, await import("jose"));
    }
    const role = roleInClaims(claims, roleClaim);
    const identity: Identity = { kind: "jwt", name: nameInClaims(claims, "jwt") };
    if (role === undefined) {
      return { refused: "no-role", reason: `its claim "${roleClaim}" contains no role`, identity };
    }
    const principal: Principal = { ...identity, role };
    return { principal, expiresAt: (claims.exp ?? 0) * 1_000 };
  };
}

/** Says why a token was refused, without any of its contents. */
function explain(error: unknown, { errors }: Jose): TokenOutcome {
  if (error instanceof errors.JWTExpired) {
    // The time is checked last: the signature, issuer and audience are right.
    const identity: Identity = { kind: "jwt", name: nameInClaims(error.payload, "jwt") };
    return { refused: "expired", reason: "it has expired", identity };
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { refused: "unknown", reason: CLAIM_REASONS[error.claim] ?? "a claim is not valid" };
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return { refused: "unknown", reason: "its algorithm is not accepted for the server's key" };
  }
  if (error instanceof errors.JWKSNoMatchingKey) return { refused: "unknown", reason: "the issuer has no such key" };
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    return { refused: "unknown", reason: "it does not say which of the issuer's keys it needs" };
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return { refused: "unknown", reason: "its signature is wrong" };
  }
  return { refused: "malformed", reason: "it is malformed" };
}

const CLAIM_REASONS: Readonly<Record<string, string>> = {
  exp: "it has no valid expiry time (exp)",
  nbf: "it is not valid yet (nbf)",
  aud: "it is not meant for this server (aud)",
  iss: "it comes from another issuer (iss)",
};
