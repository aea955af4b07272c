import { readTokenSettings } from "../../../access/jwt/token-settings.ts";
import { readOidcSettings } from "../../../access/oidc/oidc-settings.ts";
import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import { HttpFailure, type HttpSend } from "../../../domain/http.ts";
import { createTlsSettings } from "../../../http/tls-settings.ts";
import { systemClock } from "../../../lib/clock.ts";
import { copiesFolder, createSources, requiredSigners, sourceLimits } from "../../../registry/create-sources.ts";
import { checkAdmin, readConfiguredAdmin } from "../../../service/access/first-admin.ts";
import { configuredAdmin } from "../../../service/access/start-access.ts";
import { readCaps } from "../../../task/limit-caps.ts";
import { attempt, type Check, failure } from "./check.ts";

/**
 * Runs what `serve` runs at its start to read its settings and files, and asks the issuers of tokens. Settings that are
 * not used have no check. Never throws.
 */
export async function startChecks(config: ConfigValues, send: HttpSend): Promise<Check[]> {
  return [
    ...(await sourceChecks(config, send)),
    ...(await tokenChecks(config, send)),
    ...(await oidcChecks(config, send)),
    ...adminChecks(config),
    ...(await outboundChecks(config)),
  ];
}

async function sourceChecks(config: ConfigValues, send: HttpSend): Promise<Check[]> {
  const sources = await attempt("sources", async () => {
    readCaps(config);
    const created = await createSources({
      configured: config["registry.sources"],
      refreshMs: config["registry.refresh_interval"],
      copies: copiesFolder(config, processEnvironment()),
      limits: sourceLimits(config),
      trustedKeys: requiredSigners(config),
      send,
      watchAll: false,
      embedded: false,
    });
    return `${created.length} ${created.length === 1 ? "source" : "sources"} of tasks`;
  });
  if (requiredSigners(config)?.length !== 0) return [sources];
  const text = "registry.require_signatures is true, but registry.trusted_keys has no key: no task can run";
  const remedy = "Add the public keys of those whose tasks may run, as `ratchet task keygen` printed them.";
  return [sources, { name: "signatures", state: "failed", text, remedy }];
}

/** Time limit for an issuer, ms. */
const ISSUER_TIMEOUT_MS = 5_000;

async function tokenChecks(config: ConfigValues, send: HttpSend): Promise<Check[]> {
  const name = "tokens";
  try {
    const settings = readTokenSettings(config);
    if (settings === undefined) return [];
    const { keys } = settings;
    if (keys.kind === "shared")
      return [{ name, state: "ok", text: "bearer tokens are verified with auth.jwt.secret_file" }];
    const { fetchKeySet } = await import("../../../access/jwt/key-set.ts");
    const jose = await import("jose");
    const remedy = "Check that auth.jwt.jwks_url responds with a JSON Web Key Set.";
    const fetching = () => fetchKeySet({ url: keys.url, send, jose });
    return [await issuerCheck({ name, what: `the keys of ${keys.url}`, remedy }, fetching)];
  } catch (error) {
    return [failure(name, error)];
  }
}

async function oidcChecks(config: ConfigValues, send: HttpSend): Promise<Check[]> {
  const name = "openid";
  try {
    const settings = readOidcSettings(config);
    if (settings === undefined) return [];
    const { createProvider } = await import("../../../access/oidc/provider.ts");
    const remedy =
      "Check that auth.oidc.issuer is the provider's, and that it responds to /.well-known/openid-configuration.";
    const discover = createProvider({ settings, send, clock: systemClock });
    return [await issuerCheck({ name, what: `the provider ${settings.issuer}`, remedy }, discover)];
  } catch (error) {
    return [failure(name, error)];
  }
}

/** An issuer that does not respond does not end the server, which asks again later. */
async function issuerCheck(
  { name, what, remedy }: { name: string; what: string; remedy: string },
  work: () => Promise<unknown>,
): Promise<Check> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no response within ${ISSUER_TIMEOUT_MS / 1_000} s`)),
    ISSUER_TIMEOUT_MS,
  );
  try {
    await Promise.race([work(), late.promise]);
    return { name, state: "ok", text: `${what} can be used` };
  } catch (error) {
    return { name, state: "warning", text: `${what} can't be used: ${reasonOf(error)}`, remedy };
  } finally {
    clearTimeout(timer);
  }
}

/** The innermost reason that is meant for people: the messages around it are for callers of the server. */
function reasonOf(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error && !(at instanceof HttpFailure)) at = at.cause;
  return at instanceof Error ? at.message : String(at);
}

function adminChecks(config: ConfigValues): Check[] {
  const name = "admin";
  if (!config["auth.enabled"]) return [];
  try {
    const admin = readConfiguredAdmin(configuredAdmin(config));
    if (admin === undefined) return [];
    checkAdmin(admin, configuredAdmin(config));
    return [{ name, state: "ok", text: `${admin.name} is created unless the user exists` }];
  } catch (error) {
    return [failure(name, error)];
  }
}

async function outboundChecks(config: ConfigValues): Promise<Check[]> {
  const caFile = config["http.ca_file"];
  if (caFile === undefined) return [];
  const check = await attempt("authorities", async () => {
    await createTlsSettings({ verify: config["http.verify_ssl"], caFile })();
    return `${caFile} is trusted in addition`;
  });
  return [check.state === "failed" ? { ...check, remedy: "Set http.ca_file to a PEM file with certificates." } : check];
}
