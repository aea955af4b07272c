import {
  HOST_FORMS,
  HOSTS_SCHEMA,
  hostsInProject,
  RATE_LIMIT_SCHEMA,
  readHosts,
  readRateLimit,
  writeHosts,
  writeRateLimit,
} from "../http-hosts.ts";
import type { KeyDefinition } from "../key-definition.ts";
import { RULES_SCHEMA, readNetworkRules, splitNetworkRules, writeNetworkRules } from "../network-rules.ts";
import { lowerOf, usersOwn } from "../project-limits.ts";

const RULES = {
  type: "structure",
  read: readNetworkRules,
  write: writeNetworkRules,
  split: splitNetworkRules,
  schema: RULES_SCHEMA,
} as const;

/** Settings of the HTTP client for tasks. */
export const HTTP_KEYS = {
  "http.timeout": {
    form: { type: "duration" },
    default: 30_000,
    description: "Time limit of one call: all attempts, the waits between them, redirects, and the response's body.",
    inProject: lowerOf,
  },
  "http.connect_timeout": {
    form: HOST_FORMS.connect_timeout,
    default: 10_000,
    description: "Time limit for connecting, including the look-up of the name, for each attempt.",
    inProject: lowerOf,
  },
  "http.first_byte_timeout": {
    form: HOST_FORMS.first_byte_timeout,
    example: "20s",
    description:
      "Time limit from sending a request to the head of its response, for each attempt. Without it, only http.timeout applies.",
    inProject: lowerOf,
  },
  "http.max_response_size": {
    form: HOST_FORMS.max_response_size,
    example: "4MB",
    description:
      "Largest response body, decoded. A larger one fails the call with RESPONSE_TOO_LARGE. Without it, only the execution's own limit applies, which ends the execution.",
    inProject: lowerOf,
  },
  "http.retry.max_retries": {
    form: HOST_FORMS.retry.max_retries,
    default: 2,
    description:
      "How often a GET, HEAD, OPTIONS, PUT or DELETE is repeated after 408, 425, 429, 5xx or a failed connection.",
    inProject: lowerOf,
  },
  "http.retry.delay": {
    form: HOST_FORMS.retry.delay,
    default: 100,
    description: "Longest random delay before the first retry. It doubles with each further retry.",
    inProject: usersOwn,
  },
  "http.retry.max_delay": {
    form: HOST_FORMS.retry.max_delay,
    default: 10_000,
    description:
      "Longest delay before a retry. A response whose Retry-After asks for more is returned without another attempt.",
    inProject: usersOwn,
  },
  "http.retry.budget": {
    form: HOST_FORMS.retry.budget,
    default: 20,
    description:
      "Most retries to one origin within 10 seconds, in percent of the calls to it. 10 retries are always allowed.",
    inProject: lowerOf,
  },
  "http.breaker.enabled": {
    form: HOST_FORMS.breaker.enabled,
    default: true,
    description: "Stop calling an origin for a while when too many calls to it fail.",
    inProject: usersOwn,
  },
  "http.breaker.failure_rate": {
    form: HOST_FORMS.breaker.failure_rate,
    default: 50,
    description:
      "Share of failed calls, in percent, that opens the circuit of an origin. 5xx, failed connections and time limits count as failed.",
    inProject: usersOwn,
  },
  "http.breaker.min_calls": {
    form: HOST_FORMS.breaker.min_calls,
    default: 10,
    description: "The circuit stays closed while there are fewer calls in the window.",
    inProject: usersOwn,
  },
  "http.breaker.window": {
    form: HOST_FORMS.breaker.window,
    default: 10_000,
    description: "How long a call counts.",
    inProject: usersOwn,
  },
  "http.breaker.open_for": {
    form: HOST_FORMS.breaker.open_for,
    default: 10_000,
    description:
      "How long an open circuit refuses calls. Then one call is let through to find out whether the origin works.",
    inProject: usersOwn,
  },
  "http.rate_limit": {
    form: { type: "structure", read: readRateLimit, write: writeRateLimit, schema: RATE_LIMIT_SCHEMA },
    example: "{ count: 50, period: 1s }",
    description:
      "The most requests to one origin in any period of that length. Others wait. The variable contains JSON.",
    inProject: usersOwn,
  },
  "http.hosts": {
    form: { type: "structure", read: readHosts, write: writeHosts, schema: HOSTS_SCHEMA },
    example: '{ "api.example.com:443": { timeout: 5s, retry: { max_retries: 4 } } }',
    description:
      "Settings of single hosts, by host:port, or by host for all its ports: timeout, connect_timeout, first_byte_timeout, max_response_size, retry, breaker and rate_limit as above. The variable contains JSON.",
    inProject: hostsInProject,
  },
  "http.max_redirects": {
    form: { type: "integer", min: 0, max: 100 },
    default: 10,
    description: "How many redirects one call may follow.",
    inProject: lowerOf,
  },
  "http.max_connections": {
    form: { type: "integer", min: 16, max: 65_000 },
    default: 2_048,
    description:
      "How many calls all executions of a server may have in progress together. No single task gets all of them. At most half of the process's limit of open files.",
    inProject: lowerOf,
  },
  "http.user_agent": {
    form: { type: "string", check: headerText },
    example: "my-robot/1.0",
    description: "The User-Agent header of calls that do not set it.",
    inProject: usersOwn,
  },
  "http.verify_ssl": {
    form: { type: "boolean" },
    default: true,
    description: "Verify the certificates of servers.",
    allowedInProject: (value) => value === true,
    projectRule: "./ratchet.yaml may not turn it off.",
  },
  "http.ca_file": {
    form: { type: "string" },
    example: "/etc/ssl/own-authority.pem",
    description: "A PEM file with certificate authorities to trust in addition to the usual ones.",
    allowedInProject: () => false,
  },
  "http.proxy": {
    form: { type: "string", check: proxyAddress },
    example: "http://proxy:3128",
    description: "Proxy for all calls, instead of HTTP_PROXY and HTTPS_PROXY. An empty string means no proxy.",
    allowedInProject: () => false,
  },
  "http.allow": {
    form: RULES,
    example: '["10.1.2.3", "GET http://metrics.internal:9090/api"]',
    description:
      "Rules for what tasks may call although execution.network refuses it: [METHOD[,METHOD] ][scheme://]host[:port][/prefix], or a block of addresses such as 10.0.0.0/8. Only a rule with the server's own host and port opens the server itself.",
    allowedInProject: () => false,
    projectRule: "./ratchet.yaml may not set it.",
  },
  "http.deny": {
    form: RULES,
    example: '["*.example.com", "192.0.2.0/24"]',
    description: "Rules for what no task may call, in the form of http.allow. They win over every other rule.",
    inProject: (value, before) => [...((before ?? []) as readonly object[]), ...(value as readonly object[])],
  },
} as const satisfies Record<string, KeyDefinition>;

function headerText(text: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(text) ? undefined : "has characters that are not allowed in headers, or is empty";
}

function proxyAddress(text: string): string | undefined {
  if (text === "") return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return undefined;
  return "is not the URL of a proxy, such as http://proxy:3128";
}
