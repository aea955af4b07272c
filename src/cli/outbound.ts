import { environmentProxies, processEnvironment } from "../config/environment.ts";
import type { ConfigValues } from "../config/keys.ts";
import { createHttpClient, type HttpClient } from "../http/http-client.ts";

/** The outbound client as the configuration wants it. */
export function createOutboundClient(config: ConfigValues): HttpClient {
  const proxy = config["http.proxy"];
  return createHttpClient({
    timeoutMs: config["http.timeout"],
    maxRedirects: config["http.max_redirects"],
    userAgent: config["http.user_agent"],
    tls: { verify: config["http.verify_ssl"], caFile: config["http.ca_file"] },
    proxies: proxy === undefined ? environmentProxies(processEnvironment()) : { http: proxy, https: proxy },
  });
}
