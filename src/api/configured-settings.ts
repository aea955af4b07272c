import type { ConfigValues } from "../config/keys.ts";
import { RatchetError } from "../domain/errors.ts";
import { defined } from "../lib/defined.ts";
import type { ApiSettings } from "./dependencies.ts";
import type { QuotaPolicy } from "./http/request-quota.ts";
import type { TlsFiles } from "./tls-files.ts";

/** Returns the settings of the doors. @throws {RatchetError} CONFIG_INVALID for settings that do not fit together */
export function apiSettings(config: ConfigValues): ApiSettings {
  return {
    metrics: config["metrics.enabled"],
    validateInputs: config["execution.validate_schemas"],
    maxBodyBytes: config["server.max_body_size"],
    maxDeliveryBytes: config["webhooks.max_body_size"],
    allowedHosts: itemsOf(config["server.allowed_hosts"]),
    allowedOrigins: config["server.cors.origins"] ?? [],
    trustedProxies: config["server.trusted_proxies"] ?? [],
    idleTimeoutMs: config["server.idle_timeout"],
    bodyTimeoutMs: config["server.body_timeout"],
    maxConnections: config["server.max_connections"],
    maxConnectionsPerAddress: config["server.max_connections_per_address"],
    ...defined({ tls: tlsFiles(config), rateLimit: rateLimit(config) }),
  };
}

function rateLimit(config: ConfigValues): QuotaPolicy | undefined {
  const count = config["server.rate_limit.count"];
  return count === 0 ? undefined : { count, periodMs: config["server.rate_limit.period"] };
}

/**
 * Returns where the certificate and the key are; undefined without TLS.
 * @throws {RatchetError} CONFIG_INVALID if only one of the two is configured
 */
export function tlsFiles(config: ConfigValues): TlsFiles | undefined {
  const [certFile, keyFile] = [config["server.tls.cert_file"] ?? "", config["server.tls.key_file"] ?? ""];
  if (certFile === "" && keyFile === "") return undefined;
  if (certFile !== "" && keyFile !== "") return { certFile, keyFile };
  const missing = certFile === "" ? "server.tls.cert_file" : "server.tls.key_file";
  throw new RatchetError("CONFIG_INVALID", `TLS needs a certificate and a key, but ${missing} is not set.`, {
    remedy: "Set server.tls.cert_file and server.tls.key_file, or neither.",
  });
}

/** Returns the items of a comma-separated list. */
const itemsOf = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
