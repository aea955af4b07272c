import { type Environment, environmentProxies, runtimeConnections } from "../config/environment.ts";
import type { ConfigValues } from "../config/keys.ts";
import type { HttpClientOptions } from "./http-client.ts";

/** Connections of the runtime's client that stay free for the host's own requests. */
const RESERVED = 32;

/** The outbound client as the configuration and the environment want it. */
export function configuredOptions(config: ConfigValues, env: Environment): HttpClientOptions {
  const proxy = config["http.proxy"];
  return {
    timeoutMs: config["http.timeout"],
    maxRedirects: config["http.max_redirects"],
    userAgent: config["http.user_agent"],
    tls: { verify: config["http.verify_ssl"], caFile: config["http.ca_file"] },
    proxies: proxy === undefined ? environmentProxies(env) : { http: proxy, https: proxy },
  };
}

/**
 * The same for a process of many executions, which share its connections: as many as configured, as the runtime's client
 * opens, and as leave half of the process's files for everything else.
 */
export function sharedOptions(config: ConfigValues, env: Environment): HttpClientOptions {
  const maxConnections = Math.min(
    config["http.max_connections"],
    runtimeConnections(env) - RESERVED,
    Math.floor(openFiles() / 2),
  );
  return { ...configuredOptions(config, env), maxConnections: Math.max(1, maxConnections) };
}

/** Files that this process may have open. */
function openFiles(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Number.POSITIVE_INFINITY;
}
