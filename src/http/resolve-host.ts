import { HttpFailure } from "../domain/http.ts";
import { systemErrorCode } from "../lib/system-error.ts";

/** Returns the addresses of a host, IPv4 or IPv6 without brackets, the best first. Never empty. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/** Queries the name service; rejects with an error whose `code` says why. */
export type LookupHost = (hostname: string) => Promise<readonly string[]>;

/** A resolver with a cache. */
export interface HostResolver {
  /** @throws {HttpFailure} `network` if the name has no address */
  resolve: ResolveHost;
  /** Drops the cached addresses of a host that did not respond. */
  forget(hostname: string): void;
}

/**
 * Creates a resolver with a small cache. Concurrent lookups of one name share a query. Results are cached for `ttlMs`
 * (the system's resolver reports no time to live), failures are not.
 */
export function createHostResolver(options: {
  lookup: LookupHost;
  /** @default 30_000 */
  ttlMs?: number;
  /** @default 256 */
  maxEntries?: number;
  /** Milliseconds that only go forward. @default performance.now */
  now?: () => number;
}): HostResolver {
  const { lookup, ttlMs = 30_000, maxEntries = 256, now = () => performance.now() } = options;
  const known = new Map<string, { addresses: Promise<readonly string[]>; until: number }>();

  async function ask(hostname: string): Promise<readonly string[]> {
    try {
      const addresses = await lookup(hostname);
      if (addresses.length > 0) return interleaveFamilies(addresses);
      throw new HttpFailure("network", `host "${hostname}" has no address`, { code: "ENOTFOUND" });
    } catch (error) {
      known.delete(hostname);
      if (error instanceof HttpFailure) throw error;
      throw lookupFailure(hostname, error);
    }
  }

  return {
    resolve: (hostname) => {
      const entry = known.get(hostname);
      if (entry !== undefined && now() < entry.until) return entry.addresses;
      const addresses = ask(hostname);
      known.delete(hostname);
      known.set(hostname, { addresses, until: now() + ttlMs });
      for (const oldest of known.keys()) {
        if (known.size <= maxEntries) break;
        known.delete(oldest);
      }
      return addresses;
    },
    forget: (hostname) => {
      known.delete(hostname);
    },
  };
}

/**
 * Looks up a host like other programs of the machine (getaddrinfo: hosts file, search domains, mDNS), in its order (RFC
 * 6724). Names under `localhost` mean this machine, whatever the name service says (RFC 6761 section 6.3).
 */
export async function lookupSystem(hostname: string): Promise<readonly string[]> {
  try {
    const found = await Bun.dns.lookup(hostname, { backend: "system", socketType: "tcp" });
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    if (/(?:^|\.)localhost\.?$/.test(hostname)) return ["127.0.0.1", "::1"];
    throw error;
  }
}

/**
 * Alternates between address families, starting with the first address's (RFC 8305 section 4), so that a dead family
 * costs one attempt.
 */
function interleaveFamilies(addresses: readonly string[]): readonly string[] {
  const v6 = addresses.filter((address) => address.includes(":"));
  const v4 = addresses.filter((address) => !address.includes(":"));
  const [first, second] = addresses[0]?.includes(":") ? [v6, v4] : [v4, v6];
  const mixed: string[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++)
    mixed.push(...first.slice(i, i + 1), ...second.slice(i, i + 1));
  return mixed;
}

/** Translates codes of c-ares, which the runtime uses for all lookups, to those of getaddrinfo, as in Node.js. */
function lookupFailure(hostname: string, cause: unknown): HttpFailure {
  const code = systemErrorCode(cause)?.replace(/^DNS_/, "") ?? "";
  if (code === "ENOTFOUND" || code === "ENODATA" || code === "ENONAME") {
    return new HttpFailure("network", `host "${hostname}" was not found`, { cause, code: "ENOTFOUND" });
  }
  const why = /^E[A-Z]+$/.test(code) ? ` (${code})` : "";
  const message = `the name of host "${hostname}" could not be resolved${why}`;
  return new HttpFailure("network", message, { cause, code: "EAI_AGAIN" });
}
