import { type HostRule, parseNetworkRule } from "../../domain/network-rule.ts";

/** Names and addresses of the machine itself (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Returns true if a secret may go to a URL. A host without scheme and port gets it encrypted only, unless it is the machine itself.
 * @param host a name or an address, with an optional scheme and port; `*.` and a name for all names below it
 */
export function leadsTo(host: string, url: URL): boolean {
  const rule = parseNetworkRule(host);
  if (typeof rule === "string" || rule.kind !== "host") return false;
  if (rule.port !== undefined && rule.port !== portOf(url)) return false;
  // A name may end with the root's dot (RFC 1034, section 3.1).
  const actual = url.hostname.replace(/\.$/, "");
  if (!isEncrypted(url.protocol) && !mayBePlain(rule, actual)) return false;
  if (!rule.host.startsWith("*.")) return actual === rule.host;
  return actual.endsWith(rule.host.slice(1)) && actual.length > rule.host.length - 1;
}

/** Whoever writes `http:` or a port knows what is spoken there. A rule with `http:` stays true when the host gets a certificate. */
function mayBePlain({ scheme, port }: HostRule, hostname: string): boolean {
  if (scheme !== undefined) return scheme === "http" || scheme === "ws";
  return port !== undefined || LOOPBACK.test(hostname);
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return isEncrypted(protocol) ? 443 : 80;
}

function isEncrypted(protocol: string): boolean {
  return protocol === "https:" || protocol === "wss:";
}
