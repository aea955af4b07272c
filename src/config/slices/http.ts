import type { KeyDefinition } from "../key-definition.ts";

/** The outbound HTTP client of tasks. */
export const HTTP_KEYS = {
  "http.timeout": {
    form: { type: "duration" },
    default: 30_000,
    env: "RATCHET_HTTP_TIMEOUT",
    description: "Time limit of one exchange, body included.",
  },
  "http.max_redirects": {
    form: { type: "integer", min: 0, max: 100 },
    default: 10,
    env: "RATCHET_HTTP_MAX_REDIRECTS",
    description: "How many redirects one call follows.",
  },
  "http.max_connections": {
    form: { type: "integer", min: 16, max: 65_000 },
    default: 2_048,
    env: "RATCHET_HTTP_MAX_CONNECTIONS",
    description:
      "Calls that all executions of a server may have under way together; no task gets all of them. At most half of the files that the process may open.",
  },
  "http.user_agent": {
    form: { type: "string", check: headerText },
    example: "my-robot/1.0",
    env: "RATCHET_HTTP_USER_AGENT",
    description: "The User-Agent header of calls that set none.",
  },
  "http.verify_ssl": {
    form: { type: "boolean" },
    default: true,
    env: "RATCHET_HTTP_VERIFY_SSL",
    description: "Whether certificates of servers are checked.",
    allowedInProject: (value) => value === true,
    projectRule: "./ratchet.yaml may not turn it off.",
  },
  "http.ca_file": {
    form: { type: "string" },
    example: "/etc/ssl/own-authority.pem",
    env: "RATCHET_HTTP_CA_FILE",
    description: "A PEM file with certificate authorities that are trusted beside the usual ones.",
    allowedInProject: () => false,
  },
  "http.proxy": {
    form: { type: "string", check: proxyAddress },
    example: "http://proxy:3128",
    env: "RATCHET_HTTP_PROXY",
    description: "Proxy for every call, in place of HTTP_PROXY and HTTPS_PROXY; an empty text means none.",
    allowedInProject: () => false,
  },
} as const satisfies Record<string, KeyDefinition>;

function headerText(text: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(text) ? undefined : "has characters that a header can't carry, or is empty";
}

function proxyAddress(text: string): string | undefined {
  if (text === "") return undefined;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return undefined;
  return "is not the address of a proxy, such as http://proxy:3128";
}
