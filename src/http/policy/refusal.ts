import type { NetworkRule, TaskRules } from "../../domain/network-rule.ts";
import { literalAddress } from "../route.ts";
import type { AddressClass } from "./address-class.ts";
import type { RuledRequest } from "./match-rule.ts";

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

/** The longest rule that a message suggests. */
const LONGEST_RULE = 200;

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
export function outsideTask({ setting, hosts, blocks }: TaskRules, { url, method }: RuledRequest): Refusal {
  const isEmpty = hosts.length + blocks.length === 0;
  const line = setting === "permissions.hosts" ? url.host : suggestedRule(url, method);
  const what = setting === "permissions.hosts" ? `the host ${url.host}` : "it";
  return {
    setting,
    reason: `${what} is not in the task's ${setting}${isEmpty ? ", which is empty" : ""}`,
    remedy: `Add ${JSON.stringify(line)} to ${setting} in metadata.json.`,
  };
}

/** `execution.network` is `none`. */
export function noNetwork({ url }: RuledRequest): Refusal {
  return {
    setting: "execution.network",
    reason: `execution.network is "none", and no rule of http.allow covers ${url.host}`,
    remedy: `Add ${JSON.stringify(url.host)} to http.allow.`,
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
    remedy: `Add ${JSON.stringify(url.host)} to http.allow, or set execution.network to "any".`,
  };
}

/** The request is for the server that runs the task. */
export function serverItself({ url }: RuledRequest, own: { host: string; port: number }): Refusal {
  const line = `${own.host}:${own.port}`;
  const name = url.host === line ? "" : `, and call it as ${line}`;
  return {
    setting: "http.allow",
    reason: `${url.host} is the server that runs the task, and no rule of http.allow names it by host and port`,
    remedy: `If tasks may control this server, add ${JSON.stringify(line)} to http.allow${name}.`,
  };
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

/** Returns the narrowest rule that covers a request. A path that a rule can't contain is left out. */
function suggestedRule(url: URL, method: string): string {
  const origin = `${method} ${url.protocol}//${url.host}`;
  const whole = `${origin}${url.pathname === "/" ? "" : url.pathname}`;
  return whole.length > LONGEST_RULE || whole.includes("*") ? origin : whole;
}
