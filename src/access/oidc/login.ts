import type { Configuration, IDToken, TokenEndpointResponse, TokenEndpointResponseHelpers } from "openid-client";
import { RatchetError } from "../../domain/errors.ts";
import type { Identity, Principal } from "../../domain/principal.ts";
import { nameInClaims } from "../claimed-name.ts";
import { roleInClaims } from "../role-claim.ts";
import { type LoginState, localPath, readLoginState, writeLoginState } from "./login-state.ts";
import { createProvider, type Provider, type ProviderOptions, providerFailed } from "./provider.ts";

/** A login that has begun. */
export interface BegunLogin {
  /** The provider's page to go to. */
  url: string;
  /** For a cookie that only the callback gets. */
  cookie: string;
}

/** A login that succeeded. */
export interface FinishedLogin {
  principal: Principal;
  /** A path of this server. */
  returnTo: string;
}

/** Logs people in with an OpenID provider (authorization code flow with PKCE; OpenID Connect Core, section 3.1). */
export interface OidcLogin {
  /** Host of the provider, with its port. */
  readonly providerHost: string;
  /**
   * @param redirectUri the URL of the callback
   * @param returnTo where to go after the login
   * @throws {RatchetError} ENVIRONMENT if the provider does not respond
   */
  begin(redirectUri: string, returnTo: string | undefined): Promise<BegunLogin>;
  /**
   * @param callback the URL that the provider sent the browser to
   * @param cookie as {@link begin} returned it; undefined if the browser sent none
   * @param onIdentified called as soon as the ID token says who it is, even if the login then fails. @default nothing
   * @throws {RatchetError} UNAUTHENTICATED if the login failed, FORBIDDEN for a person without a role, ENVIRONMENT if the
   *   provider does not respond
   */
  finish(
    callback: URL,
    cookie: string | undefined,
    onIdentified?: (identity: Identity) => void,
  ): Promise<FinishedLogin>;
}

/** Scopes that providers commonly tie claims to. `openid` makes it a login. */
const SCOPES = ["openid", "profile", "email", "roles", "groups"];

/** Creates the login. The library is loaded for the first one. */
export function createOidcLogin(options: ProviderOptions): OidcLogin {
  const { roleClaim, issuer } = options.settings;
  const provider = createProvider(options);
  return {
    providerHost: new URL(issuer).host,
    async begin(redirectUri, returnTo) {
      const { client, configurations } = await provider();
      const [configuration] = configurations;
      if (configuration === undefined) throw new TypeError("the provider has no configuration");
      const login: LoginState = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        returnTo: localPath(returnTo),
      };
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        response_type: "code",
        scope: scopesFor(configuration, roleClaim).join(" "),
        state: login.state,
        nonce: login.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(login.verifier),
        code_challenge_method: "S256",
        ...claimsRequest(configuration, roleClaim),
      });
      return { url: url.href, cookie: writeLoginState(login) };
    },
    async finish(callback, cookie, onIdentified = () => {}) {
      const login = cookie === undefined ? undefined : readLoginState(cookie);
      if (login === undefined) throw failed("This browser did not begin the login here, or began it too long ago.");
      const usable = await provider();
      try {
        const { tokens, configuration } = await exchangeCode(usable, callback, login);
        const idToken = tokens.claims();
        if (idToken === undefined) throw new Error("the provider sent no ID token");
        const identity: Identity = { kind: "oidc", name: nameInClaims(idToken, "oidc") };
        onIdentified(identity);
        const claims = await claimsOf({ usable, configuration, tokens, idToken }, roleClaim);
        const role = roleInClaims(claims, roleClaim);
        if (role === undefined) throw withoutRole(identity.name, roleClaim);
        return { principal: { ...identity, role }, returnTo: login.returnTo };
      } catch (error) {
        throw explain(error, usable);
      }
    },
  };
}

type Claims = Readonly<Record<string, unknown>>;
type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** What a provider issued for a code. */
interface Issued {
  usable: Provider;
  configuration: Configuration;
  tokens: Tokens;
  idToken: IDToken;
}

/** Returns the ID token's claims, and the user info's if only they can contain the role. */
async function claimsOf({ usable, configuration, tokens, idToken }: Issued, roleClaim: string): Promise<Claims> {
  const { userinfo_endpoint } = configuration.serverMetadata();
  if (roleInClaims(idToken, roleClaim) !== undefined || userinfo_endpoint === undefined) return idToken;
  // Many providers put no more than the subject into the ID token (OpenID Connect Core, section 5.4).
  return usable.client.fetchUserInfo(configuration, tokens.access_token, idToken.sub);
}

/** Exchanges the code for tokens. */
async function exchangeCode(
  { client, configurations }: Provider,
  callback: URL,
  { state, nonce, verifier }: LoginState,
): Promise<{ tokens: Tokens; configuration: Configuration }> {
  for (const [index, configuration] of configurations.entries()) {
    try {
      const tokens = await client.authorizationCodeGrant(configuration, callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      return { tokens, configuration };
    } catch (error) {
      // The client is checked before the code is used, so the code is still good.
      if (index === configurations.length - 1 || !isClientRefused(error, client)) throw error;
    }
  }
  throw new TypeError("the provider has no configuration");
}

/** Returns true if the provider did not accept how the client identified itself (RFC 6749, section 5.2). */
function isClientRefused(error: unknown, client: Provider["client"]): boolean {
  if (error instanceof client.WWWAuthenticateChallengeError) return error.status === 401;
  return error instanceof client.ResponseBodyError && error.error === "invalid_client";
}

/** Asks only for scopes that the provider knows. */
function scopesFor(configuration: Configuration, roleClaim: string): string[] {
  const { scopes_supported } = configuration.serverMetadata();
  return [...new Set([...SCOPES, roleClaim])].filter((scope) =>
    scopes_supported === undefined ? COMMON_SCOPES.has(scope) : scope === "openid" || scopes_supported.includes(scope),
  );
}

/** The scopes that OpenID Connect itself defines. */
const COMMON_SCOPES: ReadonlySet<string> = new Set(["openid", "profile", "email"]);

/** Asks for the role by its claim, if the provider supports that (OpenID Connect Core, section 5.5). */
function claimsRequest(configuration: Configuration, roleClaim: string): { claims?: string } {
  if (configuration.serverMetadata().claims_parameter_supported !== true) return {};
  const name = roleClaim.split(".")[0] ?? roleClaim;
  return { claims: JSON.stringify({ id_token: { [name]: null }, userinfo: { [name]: null } }) };
}

/** Tells a login that the provider or we refuse from a provider that does not work. */
function explain(error: unknown, { client }: Provider): RatchetError {
  if (error instanceof RatchetError) return error;
  if (error instanceof client.AuthorizationResponseError) return failed("The provider ended the login.", error);
  if (error instanceof client.ResponseBodyError && error.error === "invalid_grant") {
    return failed("The provider does not know this login, or it was used before.", error);
  }
  if (error instanceof client.ClientError && REFUSED.has(String(error.code))) {
    return failed("The provider's response does not belong to the login that this browser began.", error);
  }
  return providerFailed(error);
}

/** Codes of openid-client for a wrong state, nonce, issuer, audience, subject or time. */
const REFUSED: ReadonlySet<string> = new Set([
  "OAUTH_INVALID_RESPONSE",
  "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
  "OAUTH_JWT_TIMESTAMP_CHECK_FAILED",
  "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED",
]);

function failed(message: string, cause?: unknown): RatchetError {
  return new RatchetError("UNAUTHENTICATED", message, { cause, remedy: "Begin again at /auth/oidc/login." });
}

function withoutRole(name: string, roleClaim: string): RatchetError {
  return new RatchetError("FORBIDDEN", `${JSON.stringify(name)} has no role on this server.`, {
    remedy: `Ask for a role: the provider's claim "${roleClaim}" has to contain viewer, operator or admin.`,
  });
}
