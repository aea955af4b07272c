import type { HostRule, NetworkRule, TaskRules } from "../../domain/network-rule.ts";
import { literalAddress } from "../route.ts";
import type { AddressClass } from "./address-class.ts";
import type { RuledRequest } from "./match-rule.ts";
import { suggestedHost, suggestedRule } from "./suggested-rule.ts";

/** Why a request is refused. */
export interface Refusal {
  /** The setting that decided. */
  setting: TaskRules["setting"] | "http.deny" | "http.allow" | "execution.network";
  /** What is wrong, as the end of a sentence about the request. */
  reason: string;
  /** What to write where. */
  remedy: string;
  /** The rule of `http.deny` that decided. */
  rule?: NetworkRule;
}

/** What to do about a host that no rule can name. */
const UNNAMED = "No rule can name this host. Call it by another name.";

/** A rule of `http.deny` covers the request. */
export function deniedBy(rule: NetworkRule, { url }: RuledRequest): Refusal {
  return {
    setting: "http.deny",
    rule,
    reason: `the rule ${JSON.stringify(rule.text)} of http.deny forbids ${url.host}`,
    remedy: `Remove ${JSON.stringify(rule.text)} from http.deny if tasks may call this host.`,
  };
}

/** No rule of the task covers the request. */
export function outsideTask({ setting, hosts, blocks }: TaskRules, request: RuledRequest): Refusal {
  const { url } = request;
  const isEmpty = hosts.length + blocks.length === 0;
  const line = setting === "permissions.hosts" ? suggestedHost(url) : suggestedRule(request);
  const what = setting === "permissions.hosts" ? `the host ${url.host}` : "it";
  return {
    setting,
    reason: `${what} is not in the task's ${setting}${isEmpty ? ", which is empty" : ""}`,
    remedy: line === undefined ? UNNAMED : `Add ${JSON.stringify(line)} to ${setting} in metadata.json.`,
  };
}

/** `execution.network` is `none`. */
export function noNetwork({ url }: RuledRequest): Refusal {
  return {
    setting: "execution.network",
    reason: `execution.network is "none", and no rule of http.allow covers ${url.host}`,
    remedy: addHost(url),
  };
}

/**
 * `execution.network` is `public`, and the address is not. The message leaves out the address that a name has: a task
 * must not learn it from a refusal.
 */
export function notPublic({ url }: RuledRequest, special: AddressClass): Refusal {
  const subject = literalAddress(url) !== undefined ? `${url.hostname} is` : `${url.hostname} has`;
  return {
    setting: "execution.network",
    reason: `${subject} an address that is not public (${special}), and execution.network is "public"`,
    remedy: addHost(url, ', or set execution.network to "any"'),
  };
}

/**
 * The request is for the server that runs the task.
 * @param named the rules of `http.allow` that name it by host and port, but do not cover the request
 */
export function serverItself(
  request: RuledRequest,
  own: { host: string; port: number },
  named: readonly HostRule[],
): Refusal {
  const { url } = request;
  const place = `${own.host}:${own.port}`;
  const isNamed = url.host === place;
  const [rule] = named;
  const line = rule !== undefined && isNamed ? (suggestedRule(request) ?? place) : place;
  const why =
    rule === undefined
      ? "no rule of http.allow names it by host and port"
      : `the rule ${JSON.stringify(rule.text)} of http.allow does not cover this request`;
  const add = `add ${JSON.stringify(line)} to http.allow${isNamed ? "" : `, and call it as ${place}`}`;
  return {
    setting: "http.allow",
    reason: `${url.host} is the server that runs the task, and ${why}`,
    remedy: `If tasks may control this server${rule === undefined ? "" : " in this way"}, ${add}.`,
  };
}

/** @param otherwise what may be done instead, as the end of a sentence */
function addHost(url: URL, otherwise = ""): string {
  const host = suggestedHost(url);
  return host === undefined ? UNNAMED : `Add ${JSON.stringify(host)} to http.allow${otherwise}.`;
}

/**
 * A proxy would have to be asked for a host whose address can't be checked.
 * @param setting for which the address matters
 */
export function unresolved({ url }: RuledRequest, setting: Refusal["setting"]): Refusal {
  const rule = JSON.stringify(url.host);
  return {
    setting,
    reason: `the name ${url.hostname} can't be resolved here, so ${setting} can't be checked before the proxy is asked`,
    remedy:
      setting === "execution.network"
        ? `Add ${rule} to http.allow if the proxy may connect to it.`
        : "Make this machine resolve the name, or replace blocks of addresses by rules for hosts.",
  };
}
