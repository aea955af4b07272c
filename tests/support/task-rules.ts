import { type NetworkRule, parseNetworkRule, type TaskRules } from "../../src/domain/network-rule.ts";

/** Parses rules that have to be valid. */
export function networkRules(...texts: string[]): NetworkRule[] {
  return texts.map((text) => {
    const rule = parseNetworkRule(text);
    if (typeof rule === "string") throw new Error(`${text} ${rule}`);
    return rule;
  });
}

/** The rules of a task with these `permissions.hosts`. */
export function hostsOf(...texts: string[]): TaskRules {
  return { ...netOf(...texts), setting: "permissions.hosts" };
}

/** The rules of a task with this `permissions.net`. */
export function netOf(...texts: string[]): TaskRules {
  const rules = networkRules(...texts);
  return {
    setting: "permissions.net",
    hosts: rules.filter((rule) => rule.kind === "host"),
    blocks: rules.filter((rule) => rule.kind === "block"),
  };
}
