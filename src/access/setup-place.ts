import { networkInterfaces } from "node:os";
import type { SetupToken } from "./setup-token.ts";

/** Where the first user of a server is created. */
export interface SetupPlace {
  /** URLs that lead to the same page: those that other machines can open come first. */
  urls: readonly [string, ...string[]];
  /** When they cease to work, ms since the epoch. */
  expiresAt: number;
}

/** An address of a network interface of this machine. */
export interface InterfaceAddress {
  address: string;
  family: string;
  /** Whether only this machine reaches it. */
  internal: boolean;
}

/** Returns the addresses of all network interfaces. */
export function interfaceAddresses(): InterfaceAddress[] {
  return Object.values(networkInterfaces()).flatMap((list = []) => list);
}

/**
 * Returns where the first user is created. A server that listens on all addresses has none of its own that a browser
 * could open, so the URLs name the machine: by the names that clients may use, by its first address, and by its loopback
 * address.
 * @param url of the server, without a slash at its end
 * @param names that clients may use for the server
 */
export function setupPlace(
  url: string,
  { token, expiresAt }: Pick<SetupToken, "token" | "expiresAt">,
  { names, addresses }: { names: readonly string[]; addresses: readonly InterfaceAddress[] },
): SetupPlace {
  const { protocol, hostname, port } = new URL(url);
  const urlFor = (host: string) => `${protocol}//${host}${port === "" ? "" : `:${port}`}/setup?token=${token}`;
  const loopback = LOOPBACK_OF[hostname];
  const [first, ...more] = loopback === undefined ? [hostname] : [...names, ...reachable(addresses), loopback];
  return { urls: [urlFor(first ?? hostname), ...more.map(urlFor)], expiresAt };
}

/** The loopback address that a server also has which listens on all addresses, as URLs contain them. */
const LOOPBACK_OF: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "[::]": "[::1]" };

/** Returns the first address that other machines reach, as a URL contains it. IPv4 is easier to type. */
function reachable(addresses: readonly InterfaceAddress[]): string[] {
  const external = addresses.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  const found = external.find(({ family }) => family === "IPv4") ?? external[0];
  if (found === undefined) return [];
  return [found.family === "IPv4" ? found.address : `[${found.address}]`];
}
