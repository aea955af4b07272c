import { HTTP_METHODS } from "./http-methods.ts";

/** The schemes that a rule can name. `http` covers `ws` too and `https` covers `wss`, as in Content Security Policy. */
export const RULE_SCHEMES = ["http", "https", "ws", "wss"] as const;

/** One of the {@link RULE_SCHEMES}. */
export type RuleScheme = (typeof RULE_SCHEMES)[number];

/** Which addresses tasks may reach: addresses of the internet, every address, or none. */
export const NETWORK_SCOPES = ["public", "any", "none"] as const;

/** One of the {@link NETWORK_SCOPES}. */
export type NetworkScope = (typeof NETWORK_SCOPES)[number];

/** A rule about requests: `[METHOD[,METHOD] ][scheme://]host[:port][/prefix]`, or a block of addresses. */
export type NetworkRule = HostRule | BlockRule;

/** A rule for a host. A part that is missing does not restrict the rule. */
export interface HostRule {
  kind: "host";
  /** The rule as it was written. */
  text: string;
  methods?: readonly string[];
  scheme?: RuleScheme;
  /** As in a URL (lower case, `xn--`, IPv6 in brackets); `*` for every host, `*.name` for all names below a name. */
  host: string;
  port?: number;
  /** A normalized path without a final slash. It covers the paths that begin with all its segments. */
  prefix?: string;
}

/** A rule for all addresses that begin with the same bits (CIDR notation, RFC 4632 and RFC 4291). */
export interface BlockRule {
  kind: "block";
  /** The rule as it was written. */
  text: string;
  /** IPv4, or IPv6 without brackets. */
  address: string;
  bits: number;
}

/** The rules of one task, of which a request has to meet at least one. */
export interface TaskRules {
  /** The member of the metadata that they are from: what to change for more. */
  setting: "permissions.net" | "permissions.hosts";
  hosts: readonly HostRule[];
  blocks: readonly BlockRule[];
}

/** What to write for a rule. */
export const NETWORK_RULE_REMEDY =
  'Write a host such as "api.example.com" or "*.example.com", with a method, scheme, port or path if needed ("GET https://api.example.com:8443/v1"), or a block of addresses such as "10.0.0.0/8".';

const BLOCK = /^\[?([\d.]+|[\da-f:.]*:[\da-f:.]*)\]?\/(\d{1,3})$/i;
const METHODS = /^(\S+) +(?=\S)/;
const SCHEME = /^([A-Za-z][A-Za-z\d+.-]*):\/\//;
const HOST = /^(\[[^\]/]*\]|[^/:?#]+)(?::([^/?#]*))?(\/.*)?$/;
const NAME = /^[a-z\d_-]+(?:\.[a-z\d_-]+)*$/;
/** A block that was written as a host with a path. */
const BLOCK_AS_PATH = /^(?:[\d.]+|\[[^\]]*\])(?::\d+)?\/\d{1,3}$/;

/**
 * Parses a rule.
 * @returns the rule, or what is wrong with the text: the end of a sentence that begins with it
 * @example
 * ```ts
 * parseNetworkRule("api.example.com:443"); // => { kind: "host", text: "api.example.com:443", host: "api.example.com", port: 443 }
 * parseNetworkRule("10.0.0.0/33"); // => "has more bits than an address of its family"
 * ```
 */
export function parseNetworkRule(text: string): NetworkRule | string {
  const block = BLOCK.exec(text);
  if (block !== null) return blockRule(text, block[1] ?? "", Number(block[2]));
  const rule: HostRule = { kind: "host", text, host: "" };
  let rest = text;
  const methods = METHODS.exec(rest);
  if (methods !== null) {
    rule.methods = (methods[1] ?? "").split(",");
    const unknown = rule.methods.find((method) => !HTTP_METHODS.has(method));
    if (unknown !== undefined) return wrongMethod(unknown);
    rest = rest.slice(methods[0].length);
  }
  const scheme = SCHEME.exec(rest);
  if (scheme === null && BLOCK_AS_PATH.test(rest))
    return "is a block of addresses with a method or port, which it can't have";
  if (scheme !== null) {
    const name = (scheme[1] ?? "").toLowerCase();
    if (!isScheme(name)) return `has the scheme "${name}", but a rule has one of ${RULE_SCHEMES.join(", ")}`;
    rule.scheme = name;
    rest = rest.slice(scheme[0].length);
  }
  return withHost(rule, rest) ?? rule;
}

/** Adds what follows the scheme. Returns what is wrong with it. */
function withHost(rule: HostRule, rest: string): string | undefined {
  if (/\s/.test(rest)) return "has a space where none is allowed";
  if (/[?#]/.test(rest)) return "has a query or fragment; a rule ends with the path";
  if (/^[^/]*@/.test(rest)) return "has a user name; a rule begins with the host";
  if (/^[\da-f]*:[\da-f]*:/i.test(rest)) return "has an IPv6 address without brackets, such as [::1]";
  const [, host, port, path] = HOST.exec(rest) ?? [];
  if (host === undefined || HTTP_METHODS.has(rule.text)) return "has no host";
  const normalized = normalizedHost(host);
  if (normalized === undefined) return `has "${host.slice(0, 100)}" in place of a host`;
  rule.host = normalized;
  if (port !== undefined) {
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
      return `has "${port.slice(0, 20)}" in place of a port from 1 to 65535`;
    }
    rule.port = Number(port);
  }
  if (path !== undefined && path !== "/") {
    if (path.includes("*")) return "has a * in its path; a path covers everything below it already";
    const prefix = new URL(`http://host${path}`).pathname.replace(/\/{2,}/g, "/").replace(/\/$/, "");
    if (prefix !== "") rule.prefix = prefix;
  }
  return undefined;
}

/** Returns a host in the form that URLs have; undefined if it is not a host. */
function normalizedHost(host: string): string | undefined {
  if (host === "*") return host;
  const name = host.startsWith("*.") ? host.slice(2) : host;
  if (!URL.canParse(`http://${name}`)) return undefined;
  const { hostname } = new URL(`http://${name}`);
  const bare = hostname.replace(/\.$/, "");
  if (!bare.startsWith("[") && !NAME.test(bare)) return undefined;
  if (name === host) return bare;
  return bare.startsWith("[") || /^[\d.]+$/.test(bare) ? undefined : `*.${bare}`;
}

function blockRule(text: string, address: string, bits: number): BlockRule | string {
  const v6 = address.includes(":");
  const valid = v6 ? URL.canParse(`http://[${address}]`) : isDotted(address);
  if (!valid) return `has "${address}" in place of an address`;
  if (bits > (v6 ? 128 : 32)) return "has more bits than an address of its family";
  return { kind: "block", text, address: address.toLowerCase(), bits };
}

/** Only four decimal numbers: `010.0.0.0/8` would be octal to some programs. */
function isDotted(address: string): boolean {
  const parts = address.split(".");
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

function wrongMethod(method: string): string {
  const shown = method.slice(0, 40);
  if (HTTP_METHODS.has(method.toUpperCase())) return `has the method "${shown}", which is written in capitals`;
  return `has "${shown}" in place of a method`;
}

function isScheme(name: string): name is RuleScheme {
  return RULE_SCHEMES.some((scheme) => scheme === name);
}
