import type { ConfigValues } from "../config/keys.ts";
import type { HttpSend } from "../domain/http.ts";
import type { Clock } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import type { Authenticator } from "./authenticator.ts";
import { createTokenAuthenticator } from "./jwt/token-authenticator.ts";
import { readTokenSettings } from "./jwt/token-settings.ts";
import { createTokenVerifier } from "./jwt/verify-token.ts";
import { createOidcLogin, type OidcLogin } from "./oidc/login.ts";
import { readOidcSettings } from "./oidc/oidc-settings.ts";

/** Access for people and programs that another issuer vouches for. */
export interface IssuedAccess {
  /** Accepts bearer tokens, if they are configured. */
  authenticators: readonly Authenticator[];
  /** Logs people in at an OpenID provider, if one is configured. */
  login?: OidcLogin;
}

/**
 * Creates what the settings below `auth.jwt` and `auth.oidc` ask for. Nothing is fetched and no library is loaded before
 * the first token or login.
 * @returns undefined if neither is configured
 * @throws {RatchetError} CONFIG_INVALID
 */
export function createIssuedAccess(
  config: ConfigValues,
  { send, clock }: { send: HttpSend; clock: Clock },
): IssuedAccess | undefined {
  const tokens = readTokenSettings(config);
  const oidc = readOidcSettings(config);
  if (tokens === undefined && oidc === undefined) return undefined;
  const verify = tokens && createTokenVerifier({ settings: tokens, send, clock });
  return {
    authenticators: verify === undefined ? [] : [createTokenAuthenticator(verify, clock)],
    ...defined({ login: oidc && createOidcLogin({ settings: oidc, send, clock }) }),
  };
}
