import type { HttpRate } from "../../domain/http-conduct.ts";
import { defined } from "../../lib/defined.ts";
import type { BreakerSettings } from "./circuit-breaker.ts";

/** How calls to an origin are retried. */
export interface RetrySettings {
  maxRetries: number;
  delayMs: number;
  maxDelayMs: number;
  /** Retries for each hundred calls. */
  budget: number;
}

/** How the chain treats the calls to one origin. */
export interface OriginSettings {
  timeoutMs: number;
  connectTimeoutMs: number;
  firstByteTimeoutMs: number | undefined;
  maxResponseBytes: number | undefined;
  retry: RetrySettings;
  breaker: BreakerSettings;
  rateLimit: HttpRate | undefined;
}

/** Settings of one host, where they differ from those of the process. */
export type HostSettings = Partial<Omit<OriginSettings, "retry" | "breaker">> & {
  retry?: Partial<RetrySettings>;
  breaker?: Partial<BreakerSettings>;
};

/** Settings of the chain of one process. */
export interface ChainSettings {
  usual: OriginSettings;
  /** By `host:port`, or by `host` for all its ports. In lower case; IPv6 in brackets. */
  hosts: Readonly<Record<string, HostSettings>>;
}

/** Returns the settings for an origin, such as `https://api.example.com`. */
export function settingsFor({ usual, hosts }: ChainSettings, origin: string): OriginSettings {
  const { hostname, host, port, protocol } = new URL(origin);
  const withPort = port === "" ? `${host}:${protocol === "https:" ? 443 : 80}` : host;
  const own = ownMember(hosts, withPort) ?? ownMember(hosts, hostname);
  if (own === undefined) return usual;
  const { retry, breaker, ...others } = own;
  return {
    ...usual,
    ...defined(others),
    retry: { ...usual.retry, ...defined(retry ?? {}) },
    breaker: { ...usual.breaker, ...defined(breaker ?? {}) },
  };
}

function ownMember(hosts: ChainSettings["hosts"], name: string): HostSettings | undefined {
  return Object.hasOwn(hosts, name) ? hosts[name] : undefined;
}
