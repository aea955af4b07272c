import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../domain/http.ts";
import { describeRequest } from "./describe-request.ts";
import { explainFailure, neverConnected } from "./explain-failure.ts";
import { type ProxySettings, proxyForUrl } from "./proxy-for-url.ts";
import type { OrderAddresses } from "./reachable-address.ts";
import { readBody } from "./read-body.ts";
import type { HostResolver } from "./resolve-host.ts";
import type { TlsInit } from "./tls-settings.ts";

/** What the last layer needs. */
export interface TransportOptions {
  resolver: HostResolver;
  orderAddresses: OrderAddresses;
  proxies: ProxySettings;
  tls: () => Promise<TlsInit>;
  /** Largest response body, bytes, for requests that name none. */
  maxResponseBytes: number;
}

/**
 * The last layer: one request, one response, over pooled connections. It resolves the name itself and connects to that
 * very address, so that what was checked is what is connected to; the name goes into Host, and for TLS into SNI and the
 * check of the certificate. When an address does not connect, the next one is tried. Through a proxy it is the proxy
 * that resolves. Measurements are in docs/adr/0003-outbound-http.md.
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
      const init = { headers, ...(tls && { tls }), proxy: { url: proxy, respectNoProxy: false } };
      return attempt(request, url, url.href, init, `proxy ${new URL(proxy).host}`, signal);
    }
    const literal = /^\[(.+)\]$/.exec(url.hostname)?.[1] ?? (/^[\d.]+$/.test(url.hostname) ? url.hostname : undefined);
    const serverName = literal === undefined ? url.hostname.replace(/\.$/, "") : undefined;
    const init = {
      headers: [["Host", url.host] satisfies [string, string], ...headers],
      ...(tls && { tls: { ...tls, ...(serverName && { serverName }) } }),
      proxy: false as const,
    };
    if (literal !== undefined)
      return attempt(request, url, atAddress(url, literal), init, peerOf(url, literal), signal);
    const addresses = await options.resolver.resolve(url.hostname);
    const ordered = await options.orderAddresses(addresses, Number(portOf(url)), signal);
    return firstConnected(request, url, ordered, init, signal);
  }

  async function firstConnected(
    request: HttpRequest,
    url: URL,
    addresses: readonly string[],
    init: BunFetchRequestInit,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    for (const [index, address] of addresses.entries()) {
      try {
        return await attempt(request, url, atAddress(url, address), init, peerOf(url, address), signal);
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        if (signal.aborted || !neverConnected(cause)) throw error;
        if (index < addresses.length - 1) continue;
        options.resolver.forget(url.hostname);
        throw addresses.length === 1
          ? error
          : explainFailure(cause, describeRequest(request), `${addresses.join(", ")} port ${portOf(url)}`);
      }
    }
    throw new HttpFailure("network", `host "${url.hostname}" has no address`, { code: "ENOTFOUND" });
  }

  async function attempt(
    request: HttpRequest,
    url: URL,
    target: string,
    init: BunFetchRequestInit,
    peer: string,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const name = () => describeRequest(request);
    session ??= new Bun.FetchSession({ proxy: false });
    const started = performance.now();
    try {
      const response = await session.fetch(target, {
        ...init,
        method: request.method,
        body: request.body === null ? null : plainBytes(request.body),
        redirect: "manual",
        decompress: false,
        timeout: false,
        signal,
      });
      const answered = performance.now();
      if (response.status < 200)
        throw new HttpFailure("network", `${name()}: the response's status ${response.status} is not valid (${peer})`, {
          code: "EPROTO",
        });
      const hasBody = request.method !== "HEAD" && response.status !== 204 && response.status !== 304;
      const body = hasBody
        ? await readBody(response, request.maxResponseBytes ?? options.maxResponseBytes, name)
        : new Uint8Array(0);
      return {
        status: response.status,
        statusText: response.statusText,
        url: plainUrl(url),
        redirected: false,
        headers: [...response.headers],
        body,
        timing: { waitMs: answered - started, receiveMs: performance.now() - answered },
      };
    } catch (error) {
      throw explainFailure(error, name(), peer);
    }
  }

  return {
    send,
    close: () => {
      session?.close();
    },
  };
}

/** Only shared memory has to be copied: the client does not take it. */
function plainBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

/** `https://user:password@host/` stands for basic authentication (RFC 7617), unless a header says otherwise. */
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
  return `${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}${url.pathname}${url.search}`;
}

function plainUrl(url: URL): string {
  if (!url.href.includes("#")) return url.href;
  const plain = new URL(url);
  plain.hash = "";
  return plain.href;
}

function peerOf(url: URL, address: string): string {
  return `${address} port ${portOf(url)}`;
}

function portOf(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}
