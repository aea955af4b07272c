import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../domain/http.ts";
import { describeRequest } from "./describe-request.ts";
import { fetchExactly, needsExactPath, type ReceivedResponse } from "./exact-path.ts";
import { explainFailure, neverConnected } from "./explain-failure.ts";
import { type ProxySettings, proxyForUrl } from "./proxy-for-url.ts";
import type { OrderAddresses } from "./reachable-address.ts";
import { readBody } from "./read-body.ts";
import { requestTarget } from "./request-target.ts";
import type { HostResolver } from "./resolve-host.ts";
import type { TlsInit } from "./tls-settings.ts";

/** Dependencies of the last layer. */
export interface TransportOptions {
  resolver: HostResolver;
  orderAddresses: OrderAddresses;
  proxies: ProxySettings;
  tls: () => Promise<TlsInit>;
  /** Default for the largest response body of a request, bytes. */
  maxResponseBytes: number;
}

/**
 * Creates the last layer: one request, one response, over pooled connections. It resolves the name itself and connects
 * to exactly that address, so that the checked address is the one in use. The name is used for Host, and with TLS for
 * SNI and the certificate check. If an address does not connect, the next one is tried. A proxy resolves the name
 * itself. Measurements are in docs/adr/0003-outbound-http.md.
 */
export function createTransport(options: TransportOptions): { send: HttpSend; close(): void } {
  let session: Bun.FetchSession | undefined;

  async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const url = new URL(request.url);
    const headers = withUrlCredentials(request.headers, url);
    const proxy = await proxyForUrl(url, options.proxies);
    const tls = url.protocol === "https:" ? await options.tls() : undefined;
    if (proxy !== undefined) {
      if (!URL.canParse(proxy))
        throw new HttpFailure("refused", "the proxy's address is not a URL, such as http://proxy:3128");
      return attempt(request, { url, headers, tls, address: undefined, proxy: new URL(proxy) }, signal);
    }
    const literal = /^\[(.+)\]$/.exec(url.hostname)?.[1] ?? (/^[\d.]+$/.test(url.hostname) ? url.hostname : undefined);
    const serverName = literal === undefined ? url.hostname.replace(/\.$/, "") : undefined;
    const route = (address: string): Route => ({
      url,
      headers: [["Host", url.host], ...headers],
      tls: tls && { ...tls, ...(serverName && { serverName }) },
      address,
      proxy: undefined,
    });
    if (literal !== undefined) return attempt(request, route(literal), signal);
    const addresses = await options.resolver.resolve(url.hostname);
    const ordered = await options.orderAddresses(addresses, Number(portOf(url)), signal);
    return firstConnected(request, ordered.map(route), signal);
  }

  async function firstConnected(
    request: HttpRequest,
    routes: readonly Route[],
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const { hostname } = new URL(request.url);
    for (const [index, route] of routes.entries()) {
      try {
        return await attempt(request, route, signal);
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        if (signal.aborted || !neverConnected(cause)) throw error;
        if (index < routes.length - 1) continue;
        options.resolver.forget(hostname);
        const all = routes.map(({ address }) => address).join(", ");
        throw routes.length === 1
          ? error
          : explainFailure(cause, describeRequest(request), `${all} port ${portOf(route.url)}`);
      }
    }
    throw new HttpFailure("network", `host "${hostname}" has no address`, { code: "ENOTFOUND" });
  }

  async function attempt(request: HttpRequest, route: Route, signal: AbortSignal): Promise<HttpResponse> {
    const name = () => describeRequest(request);
    const { url } = route;
    const started = performance.now();
    try {
      const response = await exchange(request, route, signal);
      const responded = performance.now();
      if (response.status < 200) {
        const message = `${name()}: the response's status ${response.status} is not valid (${peerOf(route)})`;
        throw new HttpFailure("network", message, { code: "EPROTO" });
      }
      const hasBody = request.method !== "HEAD" && response.status !== 204 && response.status !== 304;
      const body = hasBody
        ? await readBody(response, request.maxResponseBytes ?? options.maxResponseBytes, name, request.reserve)
        : new Uint8Array(0);
      return {
        status: response.status,
        statusText: response.statusText,
        url: plainUrl(url),
        redirected: false,
        headers: [...response.headers],
        body,
        timing: { waitMs: responded - started, receiveMs: performance.now() - responded },
      };
    } catch (error) {
      throw explainFailure(error, name(), peerOf(route));
    }
  }

  async function exchange(request: HttpRequest, route: Route, signal: AbortSignal): Promise<ReceivedResponse> {
    const { url, headers, tls, address, proxy } = route;
    const { method } = request;
    const body = request.body === null ? null : plainBytes(request.body);
    if (needsExactPath(url)) return fetchExactly({ ...route, method, body, signal });
    session ??= new Bun.FetchSession({ proxy: false });
    return session.fetch(address === undefined ? url.href : atAddress(url, address), {
      method,
      headers,
      body,
      ...(tls && { tls }),
      proxy: proxy === undefined ? false : { url: proxy.href, respectNoProxy: false },
      redirect: "manual",
      decompress: false,
      timeout: false,
      signal,
    });
  }

  return {
    send,
    close: () => {
      session?.close();
    },
  };
}

/** The destination of a request: an address, or a proxy. */
interface Route {
  url: URL;
  headers: HttpRequest["headers"];
  tls: (TlsInit & { serverName?: string }) | undefined;
  /** Without brackets. */
  address: string | undefined;
  proxy: URL | undefined;
}

/** Copies shared memory, which the client does not accept; returns other bytes unchanged. */
function plainBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
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

function atAddress(url: URL, address: string): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}${requestTarget(url)}`;
}

function plainUrl(url: URL): string {
  if (!url.href.includes("#")) return url.href;
  const plain = new URL(url);
  plain.hash = "";
  return plain.href;
}

function peerOf({ url, address, proxy }: Route): string {
  return proxy === undefined ? `${address} port ${portOf(url)}` : `proxy ${proxy.host}`;
}

function portOf(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}
