import { parseNetworkRule } from "../../domain/network-rule.ts";

/**
 * Returns true if a URL leads to a host.
 * @param host a name or an address, with an optional port; `*.` and a name for all names below it
 */
export function leadsTo(host: string, url: URL): boolean {
  const rule = parseNetworkRule(host);
  if (typeof rule === "string" || rule.kind !== "host") return false;
  if (rule.port !== undefined && rule.port !== portOf(url)) return false;
  // A name may end with the root's dot (RFC 1034, section 3.1).
  const actual = url.hostname.replace(/\.$/, "");
  if (!rule.host.startsWith("*.")) return actual === rule.host;
  return actual.endsWith(rule.host.slice(1)) && actual.length > rule.host.length - 1;
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" || protocol === "wss:" ? 443 : 80;
}
