import type { ConfigValues } from "../../config/keys.ts";
import { RatchetError } from "../../domain/errors.ts";
import { isSafeUrl } from "../safe-url.ts";
import { readSecretFile } from "../secret-file.ts";

/** The OpenID provider that people log in with. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  /** @default none: the server is a public client */
  clientSecret: string | undefined;
  /** The claim that contains the role; see `roleInClaims`. */
  roleClaim: string;
}

/**
 * Reads the settings for OpenID Connect, and the client secret.
 * @returns undefined if OpenID Connect is not configured
 * @throws {RatchetError} CONFIG_INVALID if a setting is missing or unsafe
 */
export function readOidcSettings(config: ConfigValues): OidcSettings | undefined {
  const issuer = config["auth.oidc.issuer"];
  const clientId = config["auth.oidc.client_id"];
  const file = config["auth.oidc.client_secret_file"];
  if (issuer === undefined && clientId === undefined && file === undefined) return undefined;
  if (issuer === undefined) throw invalid("auth.oidc.issuer is not set.", "Set it to the URL of your provider.");
  if (clientId === undefined) {
    throw invalid("auth.oidc.client_id is not set.", "Register this server with the provider, and set its client id.");
  }
  if (!isSafeUrl(new URL(issuer))) {
    const remedy = "Use https. http is only accepted for addresses of this machine.";
    throw invalid("auth.oidc.issuer is not encrypted, so anyone on the way could log in.", remedy);
  }
  const clientSecret =
    file === undefined ? undefined : new TextDecoder().decode(readSecretFile(file, "auth.oidc.client_secret_file"));
  return { issuer, clientId, clientSecret, roleClaim: config["auth.oidc.role_claim"] };
}

function invalid(message: string, remedy: string): RatchetError {
  return new RatchetError("CONFIG_INVALID", message, { remedy });
}
