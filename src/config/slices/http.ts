import type { KeyDefinition } from "../key-definition.ts";
import { RULES_SCHEMA, readNetworkRules, splitNetworkRules, writeNetworkRules } from "../network-rules.ts";

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
    description: "Time limit of one request and its response, including the body.",
  },
  "http.max_redirects": {
    form: { type: "integer", min: 0, max: 100 },
    default: 10,
    description: "How many redirects one call may follow.",
  },
  "http.max_connections": {
    form: { type: "integer", min: 16, max: 65_000 },
    default: 2_048,
    description:
      "How many calls all executions of a server may have in progress together. No single task gets all of them. At most half of the process's limit of open files.",
  },
  "http.user_agent": {
    form: { type: "string", check: headerText },
    example: "my-robot/1.0",
    description: "The User-Agent header of calls that do not set it.",
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
