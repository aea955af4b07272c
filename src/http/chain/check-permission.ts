import type { HttpRequest, HttpSend } from "../../domain/http.ts";
import type { Permit } from "../policy/permit.ts";
import { type ProxySettings, proxyForUrl } from "../proxy-for-url.ts";
import type { ResolveHost } from "../resolve-host.ts";

/** How requests reach their hosts. */
export interface Reach {
  resolve: ResolveHost;
  proxies: ProxySettings;
  /** How long to wait for the addresses of a name, in ms, unless the call or its task says otherwise. */
  connectTimeoutMs: number;
}

/**
 * Creates the first link of the chain, which each hop passes. It refuses what the policy does not permit, before the hop counts
 * anywhere: a refused origin has no circuit, uses up no rate limit and no retries, and is in no list. The transport
 * checks the address that it connects to once more if the name has changed meanwhile.
 * @param reach undefined if nothing is connected to: then only what needs no address is checked
 */
export function checkPermission(next: HttpSend, permit: Permit, reach?: Reach): HttpSend {
  return async (request, signal) => {
    const { progress } = request;
    if (progress !== undefined) progress.attempts = 0;
    const about = { url: new URL(request.url), method: request.method };
    permit.request(request, about);
    if (reach !== undefined && progress !== undefined) {
      const proxy = await proxyForUrl(asHttp(about.url), reach.proxies);
      const way = { resolve: within(connectTimeoutOf(request, reach), reach.resolve), isProxied: proxy !== undefined };
      progress.permitted = await permit.host(request, about, way);
    }
    return next(request, signal);
  };
}

/** A WebSocket is an HTTP connection until its handshake is over. */
function asHttp(url: URL): URL {
  return url.protocol.startsWith("ws") ? new URL(url.href.replace(/^ws/, "http")) : url;
}

function connectTimeoutOf({ conduct, taskConduct }: HttpRequest, reach: Reach): number {
  return conduct?.connectTimeoutMs ?? taskConduct?.connectTimeoutMs ?? reach.connectTimeoutMs;
}

/** Returns a resolver that finds no address if the name service takes longer. The links below find out why. */
function within(ms: number, resolve: ResolveHost): ResolveHost {
  return async (hostname) => {
    const late = Promise.withResolvers<readonly string[]>();
    const timer = setTimeout(() => late.resolve([]), Math.min(ms, LONGEST_TIMER));
    try {
      return await Promise.race([resolve(hostname), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The longest delay of a timer, ms. A longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
