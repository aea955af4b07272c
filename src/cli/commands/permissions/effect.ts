import { type HostRule, type NetworkRule, parseNetworkRule } from "../../../domain/network-rule.ts";
import { isInBlock } from "../../../http/policy/address-class.ts";
import { ruleAllows } from "../../../http/policy/match-rule.ts";
import { createNetworkPolicy, type NetworkPolicy, type NetworkSettings } from "../../../http/policy/network-policy.ts";
import type { OwnServer } from "../../../http/policy/own-server.ts";
import type { Refusal } from "../../../http/policy/refusal.ts";
import { literalAddress } from "../../../http/route.ts";
import { namedHost, type Sample, samplesOf } from "./rule-samples.ts";

/** What becomes of what a rule of a task permits, once the configuration is applied. */
export interface Effect {
  /** `partly`: some of the requests, or at some addresses. */
  effect: "allowed" | "partly" | "refused";
  /** What restricts it; null if nothing does. */
  because: string | null;
}

/** A rule for everything, which a task without rules has. */
export const EVERYTHING: HostRule = { kind: "host", text: "*", host: "*" };

/** How many rules a reason names. */
const MOST_NAMED = 5;

/** A sample that is refused. */
interface Refused {
  sample: Sample;
  refusal: Refusal;
}

/**
 * Tells what becomes of a task's rule: what the policy decides for samples of the requests that the rule covers.
 * @param own where the server listens that would run the task, if it is one
 */
export async function effectOf(rule: NetworkRule, settings: NetworkSettings, own?: OwnServer): Promise<Effect> {
  const policy = createNetworkPolicy(settings, () => own);
  const passed: Sample[] = [];
  const refused: Refused[] = [];
  for (const sample of samplesOf(rule, settings, own)) {
    const refusal = await refusalOf(policy, sample);
    if (refusal === undefined) passed.push(sample);
    else refused.push({ sample, refusal });
  }
  const [first] = refused;
  if (first === undefined) return { effect: "allowed", because: null };
  if (passed.length === 0) return { effect: "refused", because: namedHost(first.refusal.reason, rule) };
  const conditions = [
    ...deniedConditions(rule, refused),
    ...(await scopeConditions(settings, { passed, refused })),
    ...(await ownConditions(
      rule,
      refused,
      createNetworkPolicy(settings, () => undefined),
    )),
  ];
  return { effect: "partly", because: conditions.join("; ") };
}

/** Decides as the outbound chain does. */
async function refusalOf(policy: NetworkPolicy, { request, address }: Sample): Promise<Refusal | undefined> {
  const refusal = policy.checkRequest(request, undefined);
  if (refusal !== undefined || policy.addressMatters(request, undefined) === undefined) return refusal;
  return policy.checkAddress(request, address, undefined);
}

/** Names the rules of `http.deny`. */
function deniedConditions(rule: NetworkRule, refused: readonly Refused[]): string[] {
  const byRule = new Map<string, string>();
  for (const { sample, refusal } of refused) {
    const { rule: deny } = refusal;
    if (deny === undefined) continue;
    const isByAddress = isAboutAddresses(deny.text) && literalAddress(sample.request.url) === undefined;
    const text = isByAddress
      ? `not at the addresses of the rule ${JSON.stringify(deny.text)} of http.deny`
      : namedHost(refusal.reason, rule);
    if (!byRule.has(deny.text) || isByAddress) byRule.set(deny.text, text);
  }
  return shortened([...byRule.values()]);
}

/** Is it a rule for a block, or for a host that is an address? */
function isAboutAddresses(text: string): boolean {
  const rule = parseNetworkRule(text);
  if (typeof rule === "string") return false;
  return rule.kind === "block" || literalAddress({ hostname: rule.host }) !== undefined;
}

/** Says what `execution.network` leaves open, and names the rules of `http.allow` that open more. */
async function scopeConditions(
  { scope, allow, deny }: NetworkSettings,
  { passed, refused }: { passed: readonly Sample[]; refused: readonly Refused[] },
): Promise<string[]> {
  if (!refused.some(({ refusal }) => refusal.setting === "execution.network")) return [];
  const bare = createNetworkPolicy({ scope, allow: [], deny }, () => undefined);
  const opened: Sample[] = [];
  for (const sample of passed) if ((await refusalOf(bare, sample)) !== undefined) opened.push(sample);
  const rules = allow.filter((rule) => opened.some((sample) => opens(rule, sample)));
  const names = shortened(rules.map(({ text }) => JSON.stringify(text)));
  const only = [
    ...(opened.length < passed.length ? ["at public addresses"] : []),
    ...(names.length > 0 ? [`by the ${names.length === 1 ? "rule" : "rules"} ${names.join(", ")} of http.allow`] : []),
  ];
  return [`only ${only.join(" and ")}: execution.network is "${scope}"`];
}

function opens(rule: NetworkRule, { request, address }: Sample): boolean {
  return rule.kind === "host" ? ruleAllows(rule, request) : isInBlock(address, rule, "every");
}

/** Says that the server itself is closed, unless it would be closed anyway. */
async function ownConditions(rule: NetworkRule, refused: readonly Refused[], withoutOwn: NetworkPolicy) {
  for (const { sample, refusal } of refused) {
    if (refusal.setting === "http.allow" && (await refusalOf(withoutOwn, sample)) === undefined) {
      const { url } = sample.request;
      const isNamed = rule.kind === "host" && rule.host === url.hostname && literalAddress(url) !== undefined;
      return isNamed ? [refusal.reason] : ["not the server that runs the task"];
    }
  }
  return [];
}

function shortened(texts: readonly string[]): string[] {
  const left = texts.length - MOST_NAMED;
  return left > 0 ? [...texts.slice(0, MOST_NAMED), `${left} more`] : [...texts];
}
