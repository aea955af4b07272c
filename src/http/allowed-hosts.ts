import { HttpFailure } from "../domain/http.ts";

/**
 * Checks that a request may go to its host.
 * @param hosts names or addresses; `*.name` matches all names below `name`; `:port` restricts an entry to that port;
 *   undefined allows every host
 * @throws {HttpFailure} `refused`
 */
export function checkAllowed(url: URL, hosts: readonly string[] | undefined): void {
  if (hosts === undefined || hosts.some((host) => matches(url, host.toLowerCase()))) return;
  throw new HttpFailure("refused", `the host ${url.host} is not in the task's permissions.hosts`);
}

function matches(url: URL, host: string): boolean {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const actualPort = url.port === "" ? (/^(?:https|wss):$/.test(url.protocol) ? 443 : 80) : Number(url.port);
  if (port !== undefined && Number(port) !== actualPort) return false;
  // A name may end with the root's dot (RFC 1034, section 3.1).
  const actual = url.hostname.replace(/\.$/, "");
  return name.startsWith("*.") ? actual.endsWith(name.slice(1)) && actual.length > name.length - 1 : actual === name;
}
