import type { HttpSend } from "../domain/http.ts";
import { DEFAULT_LIMITS } from "../domain/limits.ts";
import type { TracePropagation } from "../domain/trace.ts";
import { buildInfo } from "../lib/build-info.ts";
import { createChain } from "./chain/chain.ts";
import type { ChainSettings } from "./chain/chain-settings.ts";
import { checkPermission } from "./chain/check-permission.ts";
import { type OriginStatus, Origins } from "./chain/origins.ts";
import { substituteSecrets } from "./chain/substitute-secrets.ts";
import { trackProgress } from "./chain/track-progress.ts";
import { checkRequest } from "./check-request.ts";
import { describeRequest } from "./describe-request.ts";
import { exchangeDeadline } from "./exchange-deadline.ts";
import { explainFailure } from "./explain-failure.ts";
import { followRedirects } from "./follow-redirects.ts";
import type { NetworkSettings } from "./policy/network-policy.ts";
import type { OwnServer } from "./policy/own-server.ts";
import { createPermit } from "./policy/permit.ts";
import { propagateTrace } from "./propagate-trace.ts";
import type { ProxySettings } from "./proxy-for-url.ts";
import { createAddressOrder } from "./reachable-address.ts";
import { ReadingPace } from "./reading-pace.ts";
import { createHostResolver, type LookupHost, lookupSystem } from "./resolve-host.ts";
import { shareConnections } from "./share-connections.ts";
import { createTlsSettings, type TlsSettings } from "./tls-settings.ts";
import { createTransport } from "./transport.ts";

/** Options of the outbound client; each has a default. */
export interface HttpClientOptions {
  /** The User-Agent of requests that set none. @default "ratchet/VERSION" */
  userAgent?: string | undefined;
  /** Time limit of one exchange with all its redirects, ms. @default that of the chain, or 30_000 */
  timeoutMs?: number;
  /** How the calls of tasks are retried, limited and kept from origins that fail. @default each is sent once */
  chain?: ChainSettings;
  /** @default 10 */
  maxRedirects?: number;
  /** Largest response body, decoded, bytes. @default 16 MB */
  maxResponseBytes?: number;
  /** Concurrent exchanges of executions that share the client fairly. Without it, the client belongs to one execution at a time. */
  maxConnections?: number;
  tls?: TlsSettings;
  proxies?: ProxySettings;
  /** What tasks may reach. @default every address */
  network?: NetworkSettings;
  /** Returns where the server listens that runs the tasks; undefined before it listens, and without a server. */
  ownServer?: () => OwnServer | undefined;
  /** The hosts to which the calls of tasks carry their trace. @default "all" */
  propagateTraces?: TracePropagation;
  /** Looks up a host's addresses. @default the system's resolver */
  lookup?: LookupHost;
}

/** The outbound client: one chain of layers over one pool of connections. */
export interface HttpClient {
  send: HttpSend;
  /** The origins that tasks have called lately. */
  origins(): OriginStatus[];
  /** Aborts running exchanges and closes idle connections. A later `send` fails as aborted. */
  stop(): Promise<void>;
}

/**
 * Creates the client. Costs nothing until the first request.
 * @example
 * ```ts
 * using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("hello") });
 * const client = createHttpClient({ timeoutMs: 5_000 });
 * const request = { method: "GET", url: server.url.href, headers: [], body: null };
 * const response = await client.send(request, new AbortController().signal);
 * new TextDecoder().decode(response.body); // => "hello"
 * await client.stop();
 * ```
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const stopped = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const permit = createPermit(options.network, options.ownServer);
  const resolver = createHostResolver({ lookup: options.lookup ?? lookupSystem });
  const proxies = options.proxies ?? {};
  const transport = createTransport({
    resolver,
    orderAddresses: createAddressOrder(),
    proxies,
    permit,
    tls: createTlsSettings(options.tls ?? {}),
    maxResponseBytes: options.maxResponseBytes ?? DEFAULT_LIMITS.fetchResponseBytes,
    // A single execution has nobody to wait for.
    pace: options.maxConnections === undefined ? undefined : new ReadingPace(),
  });
  const { maxConnections, chain, timeoutMs } = options;
  const origins = chain === undefined ? undefined : new Origins(chain);
  const pool = (next: HttpSend) => (maxConnections === undefined ? next : shareConnections(next, { maxConnections }));
  const send = substituteSecrets(transport.send);
  const hop = origins === undefined ? pool(send) : createChain({ origins, transport: send, pool });
  const connectTimeoutMs = chain?.usual.connectTimeoutMs ?? 10_000;
  const permitted = checkPermission(hop, permit, { resolve: resolver.resolve, proxies, connectTimeoutMs });
  const traced = propagateTrace(permitted, options.propagateTraces ?? "all");
  const redirecting = followRedirects(traced, { maxRedirects: options.maxRedirects ?? 10 });
  const limited = exchangeDeadline(redirecting, {
    timeoutFor: (request) => timeoutMs ?? origins?.timeoutFor(request) ?? 30_000,
    stopped: stopped.signal,
  });
  const userAgent = options.userAgent ?? `ratchet/${buildInfo().version}`;
  const checked = checkRequest(limited, { userAgent });
  // The host's own requests have no owner. They are sent once, and do not count.
  const first = origins === undefined ? checked : trackProgress(checked, ({ owner }) => owner !== undefined);
  return {
    send: async (request, signal) => {
      const exchange = first(request, signal);
      underWay.add(exchange);
      try {
        return await exchange;
      } catch (error) {
        throw explainFailure(error, describeRequest(request), "no connection");
      } finally {
        underWay.delete(exchange);
      }
    },
    origins: () => origins?.list() ?? [],
    stop: async () => {
      stopped.abort();
      await Promise.allSettled(underWay);
      transport.close();
    },
  };
}
