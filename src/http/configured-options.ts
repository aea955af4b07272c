import { type Environment, environmentProxies } from "../config/environment.ts";
import type { ConfigValues } from "../config/keys.ts";
import type { HttpClientOptions } from "./http-client.ts";

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
