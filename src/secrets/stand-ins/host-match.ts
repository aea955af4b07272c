import { parseNetworkRule } from "../../domain/network-rule.ts";

/** Names and addresses of the machine itself (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Returns true if a secret may go to a URL. Without a scheme in the host, it goes encrypted only, except to the machine itself.
 * @param host a name or an address, with an optional scheme and port; `*.` and a name for all names below it
 */
export function leadsTo(host: string, url: URL): boolean {
  const rule = parseNetworkRule(host);
  if (typeof rule === "string" || rule.kind !== "host") return false;
  if (rule.port !== undefined && rule.port !== portOf(url)) return false;
  // A name may end with the root's dot (RFC 1034, section 3.1).
  const actual = url.hostname.replace(/\.$/, "");
  if (!isSafe(rule.scheme, url.protocol, actual)) return false;
  if (!rule.host.startsWith("*.")) return actual === rule.host;
  return actual.endsWith(rule.host.slice(1)) && actual.length > rule.host.length - 1;
}

/** A rule with `http` was written on purpose, and stays true when the host gets a certificate. */
function isSafe(scheme: string | undefined, protocol: string, hostname: string): boolean {
  return (
    isEncrypted(protocol) || scheme === "http" || scheme === "ws" || (scheme === undefined && LOOPBACK.test(hostname))
  );
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return isEncrypted(protocol) ? 443 : 80;
}

function isEncrypted(protocol: string): boolean {
  return protocol === "https:" || protocol === "wss:";
}
