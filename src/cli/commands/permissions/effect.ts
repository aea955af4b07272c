import { HTTP_METHODS } from "../../../domain/http-methods.ts";
import { type BlockRule, type HostRule, type NetworkRule, RULE_SCHEMES } from "../../../domain/network-rule.ts";
import type { RuledRequest } from "../../../http/policy/match-rule.ts";
import { createNetworkPolicy, type NetworkPolicy, type NetworkSettings } from "../../../http/policy/network-policy.ts";
import type { OwnServer } from "../../../http/policy/own-server.ts";
import type { Refusal } from "../../../http/policy/refusal.ts";
import { literalAddress } from "../../../http/route.ts";

/** What becomes of what a rule of a task permits, once the configuration is applied. */
export interface Effect {
  /** `partly`: some of the requests, or at some addresses. */
  effect: "allowed" | "partly" | "refused";
  /** What restricts it; null if nothing does. */
  because: string | null;
}

/** A rule for everything, which a task without rules has. */
export const EVERYTHING: HostRule = { kind: "host", text: "*", host: "*" };

/** A shorter block than this also has addresses of other classes than its first one. */
const ONE_CLASS_BITS = 8;

/**
 * Tells what becomes of a task's rule.
 * @param own where the server listens that would run the task, if it is one
 */
export async function effectOf(rule: NetworkRule, settings: NetworkSettings, own?: OwnServer): Promise<Effect> {
  const policy = createNetworkPolicy(settings, () => own);
  if (rule.kind === "block") return effectOfBlock(rule, policy, settings);
  const requests = samplesOf(rule);
  const refusals: Refusal[] = [];
  for (const request of requests) {
    const refusal = await refusalOf(request, policy);
    if (refusal !== undefined) refusals.push(refusal);
  }
  const [refusal] = refusals;
  const named = (text: string) => text.replaceAll(sampleHost(rule.host), rule.host);
  if (refusal === undefined) return partly(addressConditions(requests, settings));
  if (refusals.length === requests.length) return { effect: "refused", because: named(refusal.reason) };
  return partly([named(refusal.reason), ...addressConditions(requests, settings)]);
}

async function refusalOf(request: RuledRequest, policy: NetworkPolicy): Promise<Refusal | undefined> {
  const refusal = policy.checkRequest(request, undefined);
  const address = literalAddress(request.url);
  return refusal ?? (address === undefined ? undefined : policy.checkAddress(request, address, undefined));
}

/** Returns what names are restricted to, whose addresses are known only when they are called. */
function addressConditions(requests: readonly RuledRequest[], settings: NetworkSettings): string[] {
  if (requests.every(({ url }) => literalAddress(url) !== undefined)) return [];
  const { addressMatters } = createNetworkPolicy({ ...settings, deny: [] }, () => undefined);
  const scope = SCOPE_TEXTS[settings.scope];
  const conditions: string[] = [];
  if (scope !== undefined && requests.some((request) => addressMatters(request, undefined) !== undefined))
    conditions.push(scope);
  if (settings.deny.some(({ kind }) => kind === "block")) conditions.push("not at the addresses of http.deny");
  return conditions;
}

function partly(conditions: readonly string[]): Effect {
  return conditions.length === 0
    ? { effect: "allowed", because: null }
    : { effect: "partly", because: conditions.join("; ") };
}

const SCOPE_TEXTS = {
  public: 'only at public addresses and those of http.allow: execution.network is "public"',
  none: 'only at the addresses of http.allow: execution.network is "none"',
  any: undefined,
} as const;

async function effectOfBlock(rule: BlockRule, policy: NetworkPolicy, settings: NetworkSettings): Promise<Effect> {
  const host = rule.address.includes(":") ? `[${rule.address}]` : rule.address;
  const request = { url: new URL(`http://${host}/`), method: "GET" };
  const refusal = await refusalOf(request, policy);
  if (refusal !== undefined && rule.bits >= ONE_CLASS_BITS) return { effect: "refused", because: refusal.reason };
  const condition = refusal?.reason ?? SCOPE_TEXTS[settings.scope];
  return partly(condition === undefined ? [] : [condition]);
}

/** Returns requests that a rule covers: one for each method and scheme. */
function samplesOf({ methods = [...HTTP_METHODS], scheme, host, port, prefix = "/" }: HostRule): RuledRequest[] {
  const place = `${sampleHost(host)}${port === undefined ? "" : `:${port}`}${prefix}`;
  const schemes = scheme === undefined ? RULE_SCHEMES : [scheme];
  return schemes.flatMap((one) => methods.map((method) => ({ url: new URL(`${one}://${place}`), method })));
}

/** Returns a host that a rule covers. No other rule is likely to name it. */
function sampleHost(host: string): string {
  return host === "*" ? "sample.invalid" : host.replace("*", "sample");
}
