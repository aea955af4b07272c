import { type HostRule, parseNetworkRule } from "../../domain/network-rule.ts";
import { type RuledRequest, ruleAllows } from "./match-rule.ts";

/** The longest rule that is suggested, in characters. */
const LONGEST_RULE = 200;

/**
 * Returns the narrowest rule of `permissions.net` that allows a request. It has no path where no rule with a path would
 * allow the request, because servers may read the path differently.
 * @returns undefined if no rule can name the host
 */
export function suggestedRule({ url, method }: RuledRequest): string | undefined {
  const origin = `${method} ${url.protocol}//${hostOf(url)}`;
  if (!allows(origin, { url, method })) return undefined;
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const request = { url, method };
  while (segments.length > 0) {
    const rule = `${origin}/${segments.join("/")}`;
    if (rule.length <= LONGEST_RULE && allows(rule, request)) return rule;
    segments.pop();
  }
  return origin;
}

/** Returns the host and port of a URL as a rule names them; undefined if no rule can. */
export function suggestedHost(url: URL): string | undefined {
  const host = hostOf(url);
  return parsed(host) === undefined ? undefined : host;
}

/** The root's dot makes no difference (RFC 1034, section 3.1). */
function hostOf({ host }: URL): string {
  return host.replace(/\.(?=:\d+$|$)/, "");
}

function allows(text: string, request: RuledRequest): boolean {
  const rule = parsed(text);
  return rule !== undefined && ruleAllows(rule, request);
}

function parsed(text: string): HostRule | undefined {
  const rule = parseNetworkRule(text);
  return typeof rule === "string" || rule.kind !== "host" ? undefined : rule;
}
