import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../domain/http.ts";
import { observeBody } from "../lib/observe-body.ts";
import { type AttemptOptions, attempt, type Connections } from "./attempt.ts";
import { describeRequest } from "./describe-request.ts";
import { explainFailure, neverConnected } from "./explain-failure.ts";
import type { Permit } from "./policy/permit.ts";
import { type ProxySettings, proxyForUrl } from "./proxy-for-url.ts";
import type { OrderAddresses } from "./reachable-address.ts";
import type { ReadingPace } from "./reading-pace.ts";
import type { HostResolver } from "./resolve-host.ts";
import { literalAddress, portOf, type Route } from "./route.ts";
import type { TlsInit } from "./tls-settings.ts";

/** Dependencies of the last layer. */
export interface TransportOptions {
  resolver: HostResolver;
  orderAddresses: OrderAddresses;
  proxies: ProxySettings;
  /** Checks the addresses before one of them is connected to. */
  permit: Permit;
  tls: () => Promise<TlsInit>;
  /** Default for the largest response body of a request, bytes. */
  maxResponseBytes: number;
  /** See {@link AttemptOptions}. */
  pace: ReadingPace | undefined;
}

/**
 * Creates the last layer: one request, one response, over pooled connections. It resolves the name itself and connects
 * to exactly that address, so that the checked address is the one in use. The name is used for Host, and with TLS for
 * SNI and the certificate check. If an address does not connect, the next one is tried. A proxy resolves the name
 * itself, after it was resolved and checked here. Measurements are in docs/adr/0003-outbound-http.md.
 */
export function createTransport(options: TransportOptions): { send: HttpSend; close(): void } {
  const connections: Connections = { session: undefined };
  const transport: Transport = { ...options, connections };
  return {
    send: (request, signal) => send(transport, request, signal),
    close: () => {
      connections.session?.close();
    },
  };
}

type Transport = TransportOptions & AttemptOptions;

async function send(transport: Transport, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  // A WebSocket is an HTTP connection until its handshake is over.
  const url = new URL(request.socket === undefined ? request.url : request.url.replace(/^ws/, "http"));
  const headers = withUrlCredentials(request.headers, url);
  const proxy = await proxyForUrl(url, transport.proxies);
  const tls = url.protocol === "https:" ? await transport.tls() : undefined;
  if (proxy !== undefined) {
    if (!URL.canParse(proxy))
      throw new HttpFailure("refused", "the proxy's address is not a URL, such as http://proxy:3128");
    await transport.permit.proxied(request, transport.resolver.resolve);
    return attempt(request, { url, headers, tls, address: undefined, proxy: new URL(proxy) }, transport, signal);
  }
  const literal = literalAddress(url);
  const direct = { url, headers: [["Host", url.host] as [string, string], ...headers], proxy: undefined };
  if (literal !== undefined) {
    await transport.permit.addresses(request, [literal]);
    return attempt(request, { ...direct, tls, address: literal }, transport, signal);
  }
  const named = tls && { ...tls, serverName: url.hostname.replace(/\.$/, "") };
  // Before anything connects: the order of the addresses is found out by connecting to them.
  const addresses = await transport.permit.addresses(request, await transport.resolver.resolve(url.hostname));
  const ordered = await transport.orderAddresses(addresses, Number(portOf(url)), signal);
  const routes = ordered.map((address) => ({ ...direct, tls: named, address }));
  return firstConnected(transport, request, routes, signal);
}

/** Tries the routes to one host in their order, until a connection is open. */
async function firstConnected(
  transport: Transport,
  request: HttpRequest,
  routes: readonly Route[],
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { hostname } = new URL(request.url);
  let isBegun = false;
  const { upload } = request;
  const piece = () => {
    isBegun = true;
  };
  const sent = upload === undefined ? request : { ...request, upload: observeBody(upload, { piece }) };
  for (const [index, route] of routes.entries()) {
    try {
      return await attempt(sent, route, transport, signal);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (signal.aborted || isBegun || !neverConnected(cause)) throw error;
      if (index < routes.length - 1) continue;
      transport.resolver.forget(hostname);
      const all = routes.map(({ address }) => address).join(", ");
      throw routes.length === 1
        ? error
        : explainFailure(cause, describeRequest(request), `${all} port ${portOf(route.url)}`);
    }
  }
  throw new HttpFailure("network", `host "${hostname}" has no address`, { code: "ENOTFOUND" });
}

/** Turns `https://user:password@host/` into basic authentication (RFC 7617), unless a header sets it. */
function withUrlCredentials(headers: HttpRequest["headers"], url: URL): HttpRequest["headers"] {
  if (url.username === "" && url.password === "") return headers;
  const pair = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  url.username = "";
  url.password = "";
  if (headers.some(([name]) => name.toLowerCase() === "authorization")) return headers;
  return [...headers, ["Authorization", `Basic ${Buffer.from(pair).toString("base64")}`]];
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
