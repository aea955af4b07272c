import type { ConfiguredHost } from "../../config/http-hosts.ts";
import type { ConfigValues } from "../../config/keys.ts";
import type { ChainSettings, HostSettings } from "./chain-settings.ts";

/** Derives the settings of the chain from the configuration. */
export function configuredChain(config: ConfigValues): ChainSettings {
  const hosts = Object.entries(config["http.hosts"] ?? {});
  return {
    usual: {
      timeoutMs: config["http.timeout"],
      connectTimeoutMs: config["http.connect_timeout"],
      firstByteTimeoutMs: config["http.first_byte_timeout"],
      maxResponseBytes: config["http.max_response_size"],
      retry: {
        maxRetries: config["http.retry.max_retries"],
        delayMs: config["http.retry.delay"],
        maxDelayMs: config["http.retry.max_delay"],
        budget: config["http.retry.budget"],
      },
      breaker: {
        enabled: config["http.breaker.enabled"],
        failureRate: config["http.breaker.failure_rate"],
        minCalls: config["http.breaker.min_calls"],
        windowMs: config["http.breaker.window"],
        openMs: config["http.breaker.open_for"],
      },
      rateLimit: config["http.rate_limit"],
    },
    hosts: Object.fromEntries(hosts.map(([name, host]) => [name, hostSettings(host)])),
  };
}

/** Members of {@link HostSettings} by their names in files. */
const NAMES: Readonly<Record<string, string>> = {
  timeout: "timeoutMs",
  connect_timeout: "connectTimeoutMs",
  first_byte_timeout: "firstByteTimeoutMs",
  max_response_size: "maxResponseBytes",
  max_retries: "maxRetries",
  delay: "delayMs",
  max_delay: "maxDelayMs",
  failure_rate: "failureRate",
  min_calls: "minCalls",
  window: "windowMs",
  open_for: "openMs",
  rate_limit: "rateLimit",
  period: "periodMs",
};

function hostSettings(host: ConfiguredHost): HostSettings {
  const named = Object.entries(host).map(([name, value]) => [
    NAMES[name] ?? name,
    typeof value === "object" ? hostSettings(value) : value,
  ]);
  return Object.fromEntries(named) as HostSettings;
}
