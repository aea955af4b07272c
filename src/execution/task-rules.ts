import { parseNetworkRule, type TaskRules } from "../domain/network-rule.ts";
import type { TaskPermissions } from "../domain/task.ts";

/** Parses the rules for the requests of a task. Returns undefined if its metadata has none, so that it may call everything. */
export function taskRules({ net, hosts }: TaskPermissions = {}): TaskRules | undefined {
  if (net === undefined && hosts === undefined) return undefined;
  // A rule that can't be read was a problem when the metadata was, and permits nothing.
  const rules = [...(net ?? []), ...(hosts ?? [])].map(parseNetworkRule).filter((rule) => typeof rule !== "string");
  return {
    setting: net === undefined ? "permissions.hosts" : "permissions.net",
    hosts: rules.filter((rule) => rule.kind === "host"),
    blocks: rules.filter((rule) => rule.kind === "block"),
  };
}
