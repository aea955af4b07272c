/** Proxies from the environment; `config/` reads the variables. An empty string means no proxy. */
export interface ProxySettings {
  /** For http: URLs (`http_proxy`, `HTTP_PROXY`): an http: or https: URL, which may have credentials. */
  http?: string | undefined;
  /** For https: URLs (`https_proxy`, `HTTPS_PROXY`), through a tunnel (CONNECT). */
  https?: string | undefined;
  /** Hosts that bypass the proxy (`no_proxy`, `NO_PROXY`): see {@link bypassesProxy}. */
  noProxy?: string | undefined;
}

/**
 * Returns the proxy for a URL, or `undefined`. A value without a scheme means http, as in curl.
 */
export async function proxyForUrl(url: URL, settings: ProxySettings): Promise<string | undefined> {
  const value = (url.protocol === "https:" ? settings.https : settings.http)?.trim();
  if (value === undefined || value === "") return undefined;
  if (await bypassesProxy(url, settings.noProxy ?? "")) return undefined;
  return value.includes("://") ? value : `http://${value}`;
}

/**
 * Tells whether a list of exceptions covers a URL's host. Entries are separated by commas or spaces. `*` is every host;
 * `example.com`, `.example.com` and `*.example.com` are a domain and everything below it; `10.0.0.0/8` and `fd00::/8`
 * are blocks of addresses; a final `:8080` restricts the entry to one port. Names are compared as written: a block does
 * not cover a name whose address is in it.
 */
export async function bypassesProxy(url: URL, list: string): Promise<boolean> {
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  for (const entry of list.toLowerCase().split(/[\s,]+/)) {
    if (entry === "*") return true;
    const { name, wantedPort } = splitPort(entry);
    if (name === "" || (wantedPort !== undefined && wantedPort !== port)) continue;
    if (name.includes("/") ? await blockHas(name, host) : nameCovers(name, host)) return true;
  }
  return false;
}

function nameCovers(entry: string, host: string): boolean {
  const domain = entry.replace(/^\*?\./, "").replace(/\.$/, "");
  return host === domain || (domain !== "" && !isAddress(host) && host.endsWith(`.${domain}`));
}

async function blockHas(block: string, host: string): Promise<boolean> {
  const [network = "", bits = ""] = block.split("/");
  if (!isAddress(host) || !/^\d{1,3}$/.test(bits)) return false;
  const { BlockList, isIP } = await import("node:net");
  const family = isIP(network);
  if (family === 0 || family !== isIP(host) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return list.check(host, family === 4 ? "ipv4" : "ipv6");
}

/** Splits an entry such as `[::1]:80`, `host:80`, `::1` or `host`. */
function splitPort(entry: string): { name: string; wantedPort: string | undefined } {
  const [, bracketed, bracketPort] = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { name: bracketed, wantedPort: bracketPort };
  const [, name = entry, wantedPort] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return { name, wantedPort };
}

function bare(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}
