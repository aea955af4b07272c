import type { ClientAuth, Configuration } from "openid-client";
import { RatchetError } from "../../domain/errors.ts";
import type { HttpSend } from "../../domain/http.ts";
import type { Clock } from "../../lib/clock.ts";
import { isSafeUrl } from "../safe-url.ts";
import type { OidcSettings } from "./oidc-settings.ts";
import { providerFetch } from "./provider-fetch.ts";

type OpenIdClient = typeof import("openid-client");

/** A provider whose metadata was read. */
export interface Provider {
  client: OpenIdClient;
  /** One for each way in which the client may identify itself, the likeliest first. */
  configurations: readonly Configuration[];
}

/** What {@link createProvider} needs. */
export interface ProviderOptions {
  settings: OidcSettings;
  send: HttpSend;
  clock: Clock;
}

/** How old the metadata may become, ms. */
const MAX_AGE_MS = 60 * 60_000;

/** Time limit of each request to the provider, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Creates the function that reads the provider's metadata (OpenID Connect Discovery). It is read for the first login, so
 * that the server starts without its provider, and again when it is old.
 * @returns a function that throws {RatchetError} ENVIRONMENT if the metadata can't be read
 */
export function createProvider({ settings, send, clock }: ProviderOptions): () => Promise<Provider> {
  let kept: { provider: Provider; readAt: number } | undefined;
  let pending: Promise<Provider> | undefined;
  return async () => {
    if (kept !== undefined && clock.monotonic() - kept.readAt < MAX_AGE_MS) return kept.provider;
    pending ??= discover(settings, send)
      .then((provider) => {
        kept = { provider, readAt: clock.monotonic() };
        return provider;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings, send: HttpSend): Promise<Provider> {
  const client = await import("openid-client");
  const url = new URL(issuer);
  try {
    const first = await client.discovery(url, clientId, undefined, client.None(), {
      [client.customFetch]: providerFetch(send, TIMEOUT_MS),
      timeout: TIMEOUT_MS / 1_000,
      // Its own check has no exception for this machine; `providerFetch` checks each URL.
      execute: [client.allowInsecureRequests],
    });
    const metadata = first.serverMetadata();
    if (!isSafeUrl(new URL(metadata.authorization_endpoint ?? ""))) {
      throw new Error("the provider's authorization_endpoint is not encrypted");
    }
    const methods = clientAuthentication(client, clientSecret, metadata.token_endpoint_auth_methods_supported);
    const configurations = methods.map((method) => {
      const configuration = new client.Configuration(metadata, clientId, undefined, method);
      configuration[client.customFetch] = providerFetch(send, TIMEOUT_MS);
      configuration.timeout = TIMEOUT_MS / 1_000;
      client.allowInsecureRequests(configuration);
      // Without this, the connection would be all that vouches for the ID token.
      client.enableNonRepudiationChecks(configuration);
      return configuration;
    });
    return { client, configurations };
  } catch (cause) {
    throw providerFailed(cause);
  }
}

/**
 * Returns the ways in which the client may identify itself to the token endpoint. A provider accepts the one that the
 * client was registered with, and its metadata lists all that any client may use.
 * @param supported defaults to `client_secret_basic` (OpenID Connect Discovery, section 3)
 */
function clientAuthentication(
  client: OpenIdClient,
  secret: string | undefined,
  supported: readonly string[] = ["client_secret_basic"],
): ClientAuth[] {
  if (secret === undefined) return [client.None()];
  const methods: ClientAuth[] = [];
  if (supported.includes("client_secret_basic")) methods.push(client.ClientSecretBasic(secret));
  if (supported.includes("client_secret_post")) methods.push(client.ClientSecretPost(secret));
  return methods.length === 0 ? [client.ClientSecretBasic(secret)] : methods;
}

/** Creates the error for a provider that does not respond, or not as it should. */
export function providerFailed(cause: unknown): RatchetError {
  return new RatchetError("ENVIRONMENT", "The OpenID provider does not respond as it should, so nobody can log in.", {
    cause,
    remedy: "Try again later. The server's operator can check auth.oidc.issuer, and the server's log.",
  });
}
