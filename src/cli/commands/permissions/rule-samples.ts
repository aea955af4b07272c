import { HTTP_METHODS } from "../../../domain/http-methods.ts";
import { type BlockRule, type HostRule, type NetworkRule, RULE_SCHEMES } from "../../../domain/network-rule.ts";
import { isInBlock } from "../../../http/policy/address-class.ts";
import { type RuledRequest, ruleAllows } from "../../../http/policy/match-rule.ts";
import type { NetworkSettings } from "../../../http/policy/network-policy.ts";
import type { OwnServer } from "../../../http/policy/own-server.ts";
import { literalAddress } from "../../../http/route.ts";
import { blockEdges, COMMON_ADDRESSES, specialAddresses } from "./address-samples.ts";

/** A request that a rule covers, and the address that its host has. */
export interface Sample {
  request: RuledRequest;
  /** Without brackets. */
  address: string;
}

/** A name that no other rule is likely to cover. */
const SAMPLE_HOST = "sample.invalid";
/** A segment of a path that no other rule is likely to contain. */
const SAMPLE_SEGMENT = "/sample";
/** How many rules of the configuration are combined with each other. */
const MOST_PAIRED = 20;
/** How many rules of the configuration are looked at. */
const MOST_RULES = 300;

/**
 * Returns requests that a rule of a task covers: on both sides of each border that a rule of the configuration, or a pair
 * of them, may draw. What the policy does with them is what it does with every request that the rule covers.
 */
export function samplesOf(rule: NetworkRule, { allow, deny }: NetworkSettings, own: OwnServer | undefined): Sample[] {
  const pairs = allow.slice(0, MOST_PAIRED).flatMap((one) => deny.slice(0, MOST_PAIRED).map((other) => [one, other]));
  const singles = [...allow, ...deny].slice(0, MOST_RULES).map((one) => [one]);
  const samples = new Map<string, Sample>();
  for (const others of [[], ...singles, ...pairs]) {
    for (const sample of samplesBeside(rule, others, own))
      samples.set(`${sample.request.method} ${sample.request.url.href} ${sample.address}`, sample);
  }
  return [...samples.values()];
}

/** Returns the host of a request for messages about a rule: the rule's own in place of a sample of it. */
export function namedHost(text: string, rule: NetworkRule): string {
  return text.replaceAll(
    rule.kind === "host" ? sampleHost(rule.host) : SAMPLE_HOST,
    rule.kind === "host" ? rule.host : rule.text,
  );
}

function samplesBeside(rule: NetworkRule, others: readonly NetworkRule[], own: OwnServer | undefined): Sample[] {
  const hostRules = others.filter((one) => one.kind === "host");
  const addresses = addressesFor(rule, others, own);
  const samples: Sample[] = [];
  for (const host of hostsFor(rule, hostRules, { addresses, own })) {
    const literal = literalAddress({ hostname: host });
    for (const request of requestsTo(host, rule.kind === "host" ? rule : undefined, { hostRules, own })) {
      for (const address of literal === undefined ? addresses : [literal]) {
        if (rule.kind === "host" ? ruleAllows(rule, request) : isInBlock(address, rule, "every"))
          samples.push({ request, address });
      }
    }
  }
  return samples;
}

/** Returns addresses that a host may have. */
function addressesFor(rule: NetworkRule, others: readonly NetworkRule[], own: OwnServer | undefined): string[] {
  const blocks = [...(rule.kind === "block" ? [rule] : []), ...others.flatMap(blockOf)];
  const addresses = others.length === 0 ? specialAddresses() : COMMON_ADDRESSES;
  const ownAddress = own === undefined ? undefined : literalAddress({ hostname: own.host });
  const all = [...addresses, ...blocks.flatMap(blockEdges), ...(ownAddress === undefined ? [] : [ownAddress])];
  return [...new Set(all)].filter((address) => rule.kind === "host" || isInBlock(address, rule, "every"));
}

/** Returns the block of a rule for addresses, or for a host that is an address. */
function blockOf(rule: NetworkRule): BlockRule[] {
  if (rule.kind === "block") return [rule];
  const address = literalAddress({ hostname: rule.host });
  if (address === undefined) return [];
  return [{ kind: "block", text: rule.text, address, bits: address.includes(":") ? 128 : 32 }];
}

/** Returns hosts, as in URLs. */
function hostsFor(
  rule: NetworkRule,
  others: readonly HostRule[],
  { addresses, own }: { addresses: readonly string[]; own: OwnServer | undefined },
): string[] {
  if (rule.kind === "host" && !rule.host.startsWith("*")) return [rule.host];
  const literals = addresses.map((address) => (address.includes(":") ? `[${address}]` : address));
  const named = [...others.map(({ host }) => sampleHost(host)), ...(own === undefined ? [] : [own.host])];
  const sample = rule.kind === "host" ? sampleHost(rule.host) : SAMPLE_HOST;
  const hosts = rule.kind === "host" ? [sample, ...named, ...literals] : [...literals, sample, ...named];
  return [...new Set(hosts)].filter((host) => URL.canParse(`http://${host}/`));
}

function sampleHost(host: string): string {
  return host === "*" ? SAMPLE_HOST : host.replace("*", "sample");
}

function requestsTo(
  host: string,
  rule: HostRule | undefined,
  { hostRules, own }: { hostRules: readonly HostRule[]; own: OwnServer | undefined },
): RuledRequest[] {
  const methods = methodsFor(rule, hostRules);
  const paths = pathsFor(rule, hostRules);
  const ports = rule?.port !== undefined ? [rule.port] : [undefined, ...hostRules.map(({ port }) => port), own?.port];
  return schemesFor(rule, hostRules).flatMap((scheme) =>
    [...new Set(ports)].flatMap((port) =>
      paths.flatMap((path) => {
        const text = `${scheme}://${host}${port === undefined ? "" : `:${port}`}${path}`;
        return methods.map((method) => ({ url: new URL(text), method }));
      }),
    ),
  );
}

/** Returns the methods that other rules name, and one that none names. */
function methodsFor(rule: HostRule | undefined, others: readonly HostRule[]): string[] {
  const covered = rule?.methods ?? [...HTTP_METHODS];
  const named = new Set(others.flatMap(({ methods = [] }) => methods));
  const other = covered.find((method) => !named.has(method));
  return [...covered.filter((method) => named.has(method)), ...(other === undefined ? [] : [other])];
}

function schemesFor(rule: HostRule | undefined, others: readonly HostRule[]): string[] {
  const { scheme } = rule ?? {};
  const covered = RULE_SCHEMES.filter(
    (one) => scheme === undefined || one === scheme || one === scheme.replace("http", "ws"),
  );
  // The scheme also decides about the port, where none is written.
  return others.some((one) => one.scheme !== undefined || one.port !== undefined) ? covered : covered.slice(0, 1);
}

function pathsFor(rule: HostRule | undefined, others: readonly HostRule[]): string[] {
  const prefixes = [rule?.prefix ?? "", ...others.map(({ prefix = "" }) => prefix)];
  return [...new Set(prefixes.flatMap((prefix) => [prefix === "" ? "/" : prefix, `${prefix}${SAMPLE_SEGMENT}`]))];
}
