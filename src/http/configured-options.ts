import { type Environment, environmentProxies, runtimeConnections } from "../config/environment.ts";
import type { ConfigValues } from "../config/keys.ts";
import type { NetworkScope } from "../domain/network-rule.ts";
import { configuredChain } from "./chain/configured-chain.ts";
import type { HttpClientOptions } from "./http-client.ts";

/** Connections of the runtime's client that are reserved for the host's own requests. */
const RESERVED = 32;

/**
 * Derives the options of the outbound client from configuration and environment.
 * @param scope what tasks may reach unless `execution.network` says it
 */
export function configuredOptions(config: ConfigValues, env: Environment, scope: NetworkScope): HttpClientOptions {
  const proxy = config["http.proxy"];
  return {
    chain: configuredChain(config),
    maxRedirects: config["http.max_redirects"],
    userAgent: config["http.user_agent"],
    propagateTraces: config["telemetry.traces.propagate"] ?? "all",
    tls: { verify: config["http.verify_ssl"], caFile: config["http.ca_file"] },
    network: {
      scope: config["execution.network"] ?? scope,
      allow: config["http.allow"] ?? [],
      deny: config["http.deny"] ?? [],
    },
    proxies: proxy === undefined ? environmentProxies(env) : { http: proxy, https: proxy },
  };
}

/**
 * Derives the options for a process with many executions that share its connections. Their number is bounded by the
 * configuration, by the runtime's client, and by half of the process's files, so that the other half stays free.
 */
export function sharedOptions(config: ConfigValues, env: Environment, scope: NetworkScope): HttpClientOptions {
  const maxConnections = Math.min(
    config["http.max_connections"],
    runtimeConnections(env) - RESERVED,
    Math.floor(openFiles() / 2),
  );
  return { ...configuredOptions(config, env, scope), maxConnections: Math.max(1, maxConnections) };
}

/** Returns the number of files that this process may have open. */
function openFiles(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
}
