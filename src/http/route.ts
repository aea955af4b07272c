import type { HttpRequest } from "../domain/http.ts";
import type { TlsInit } from "./tls-settings.ts";

/** How a request reaches its server: at an address, or through a proxy. */
export interface Route {
  url: URL;
  headers: HttpRequest["headers"];
  tls: (TlsInit & { serverName?: string }) | undefined;
  /** Without brackets. */
  address: string | undefined;
  proxy: URL | undefined;
}

/** Returns the other end of the connection for messages: `127.0.0.1 port 80`, or `proxy host:3128`. */
export function peerOf({ url, address, proxy }: Route): string {
  return proxy === undefined ? `${address} port ${portOf(url)}` : `proxy ${proxy.host}`;
}

/** Returns the port of a URL, also if it is the scheme's own. */
export function portOf(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}

/** Returns the address in a URL without a host name: without brackets for IPv6. */
export function literalAddress({ hostname }: Pick<URL, "hostname">): string | undefined {
  return /^\[(.+)\]$/.exec(hostname)?.[1] ?? (/^[\d.]+$/.test(hostname) ? hostname : undefined);
}
