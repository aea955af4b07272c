import { HttpFailure } from "../domain/http.ts";

/**
 * Keeps a request to the hosts it may go to.
 * @param hosts names or addresses; `*.name` stands for all names below it; with `:port` for that port alone; every host
 * when undefined
 * @throws {HttpFailure} `refused`
 */
export function checkAllowed(url: URL, hosts: readonly string[] | undefined): void {
  if (hosts === undefined || hosts.some((host) => matches(url, host.toLowerCase()))) return;
  throw new HttpFailure("refused", `the host ${url.host} is not among the task's permissions.hosts`);
}

function matches(url: URL, host: string): boolean {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const actualPort = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  if (port !== undefined && Number(port) !== actualPort) return false;
  // A name may be written with the dot of the root at its end (RFC 1034, section 3.1).
  const actual = url.hostname.replace(/\.$/, "");
  return name.startsWith("*.") ? actual.endsWith(name.slice(1)) && actual.length > name.length - 1 : actual === name;
}
