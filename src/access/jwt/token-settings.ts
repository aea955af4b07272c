import type { ConfigValues } from "../../config/keys.ts";
import { RatchetError } from "../../domain/errors.ts";
import { isSafeUrl } from "../safe-url.ts";
import { readSecretFile } from "../secret-file.ts";

/** Where the keys come from that verify tokens: one that is shared with the issuer, or the issuer's key set. */
export type TokenKeys = { kind: "shared"; secret: Uint8Array } | { kind: "published"; url: string };

/** Which bearer tokens are accepted. */
export interface TokenSettings {
  keys: TokenKeys;
  /** @default any issuer that has the key */
  issuer: string | undefined;
  audience: string;
  /** The claim that contains the role; see `roleInClaims`. */
  roleClaim: string;
}

/** A key for HMAC with SHA-256 has at least the size of the hash (RFC 7518, section 3.2). */
const SHORTEST_SECRET = 32;

/**
 * Reads the settings for bearer tokens, and the shared secret.
 * @returns undefined if bearer tokens are not configured
 * @throws {RatchetError} CONFIG_INVALID if a setting is missing, or if two contradict each other
 */
export function readTokenSettings(config: ConfigValues): TokenSettings | undefined {
  const file = config["auth.jwt.secret_file"];
  const url = config["auth.jwt.jwks_url"];
  const issuer = config["auth.jwt.issuer"];
  const audience = config["auth.jwt.audience"];
  if (file === undefined && url === undefined) {
    if (issuer === undefined && audience === undefined) return undefined;
    throw invalid("auth.jwt has no key to verify tokens with.", "Set auth.jwt.secret_file or auth.jwt.jwks_url.");
  }
  if (file !== undefined && url !== undefined) {
    throw invalid("auth.jwt.secret_file and auth.jwt.jwks_url are both set.", "Keep the one that your issuer uses.");
  }
  if (audience === undefined) {
    const remedy = "Set it to the audience (aud) that the issuer writes into tokens for this server.";
    throw invalid("auth.jwt.audience is not set, so tokens for other services would be accepted.", remedy);
  }
  const keys: TokenKeys = file === undefined ? published(url ?? "", issuer) : shared(file);
  return { keys, issuer, audience, roleClaim: config["auth.jwt.role_claim"] };
}

function shared(file: string): TokenKeys {
  const secret = readSecretFile(file, "auth.jwt.secret_file");
  if (secret.length >= SHORTEST_SECRET) return { kind: "shared", secret };
  const message = `The secret in ${file} has ${secret.length} bytes; it needs at least ${SHORTEST_SECRET}.`;
  throw invalid(message, "Create one with `openssl rand -hex 32`, and give it to the issuer as well.");
}

function published(url: string, issuer: string | undefined): TokenKeys {
  if (!isSafeUrl(new URL(url))) {
    const remedy = "Use https. http is only accepted for addresses of this machine.";
    throw invalid("auth.jwt.jwks_url is not encrypted, so anyone on the way could replace the keys.", remedy);
  }
  if (issuer === undefined) {
    const remedy = "Set it to the issuer (iss) of the tokens: some services publish the same keys for many issuers.";
    throw invalid("auth.jwt.issuer is not set.", remedy);
  }
  return { kind: "published", url };
}

function invalid(message: string, remedy: string): RatchetError {
  return new RatchetError("CONFIG_INVALID", message, { remedy });
}
