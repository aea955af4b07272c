import type { NotificationRule } from "../../../../dist/generated/api-types.ts";

/** What a rule waits for. */
export type When = NotificationRule["when"];

/** Kind of receiver. */
export type TargetType = NotificationRule["to"][number]["type"];

/** A receiver as it is being entered. */
export interface TargetDraft {
  type: TargetType;
  url: string;
  secret: string;
  /** Addresses, separated by commas. */
  to: string;
  /** Whether the server has it, with a secret that can't be shown. */
  isStored: boolean;
}

/** Members of a rule that only some kinds have. */
export type ConditionName = "task" | "schedule" | "source" | "times" | "longerThan" | "olderThan";

/** A rule as it is being entered. */
export interface RuleDraft extends Record<ConditionName, string> {
  name: string;
  when: When;
  throttle: string;
  to: readonly TargetDraft[];
}

/** The kinds of rules, with the members that each has. */
export const KINDS: Readonly<Record<When, { name: string; has: readonly ConditionName[] }>> = {
  "job.failed": { name: "A job fails for good", has: ["task", "schedule"] },
  "job.failed_in_a_row": { name: "Jobs fail in a row", has: ["times", "task", "schedule"] },
  "job.slow": { name: "A job takes long", has: ["longerThan", "task", "schedule"] },
  "schedule.paused": { name: "A schedule is paused", has: ["task", "schedule"] },
  "schedule.missed": { name: "A schedule misses firings", has: ["task", "schedule"] },
  "source.stale": { name: "A source can't be refreshed", has: ["source"] },
  "queue.old": { name: "A job waits for long", has: ["olderThan", "task"] },
};

/** The kinds of receivers. */
export const TARGETS: Readonly<Record<TargetType, string>> = {
  webhook: "Webhook",
  slack: "Slack",
  teams: "Teams",
  email: "E-mail",
};

export const NEW_TARGET: TargetDraft = { type: "webhook", url: "", secret: "", to: "", isStored: false };

/** Returns what the form begins with. */
export function draftOf(rule: NotificationRule | undefined): RuleDraft {
  const text = (value: string | number | null | undefined) => (value == null ? "" : String(value));
  return {
    name: rule?.name ?? "",
    when: rule?.when ?? "job.failed",
    task: text(rule?.task),
    schedule: text(rule?.schedule),
    source: text(rule?.source),
    times: text(rule?.times ?? 3),
    longerThan: text(rule?.longerThan ?? "10m"),
    olderThan: text(rule?.olderThan ?? "10m"),
    throttle: text(rule?.throttle),
    to: rule?.to.map(({ type, url = "", to = [] }) => ({
      type,
      url,
      secret: "",
      to: to.join(", "),
      isStored: true,
    })) ?? [NEW_TARGET],
  };
}

/** Returns a rule as requests have it. What a kind of rule does not have is null, and what is empty too. */
export function requestOf(draft: RuleDraft) {
  const { has } = KINDS[draft.when];
  const pattern = (name: ConditionName) => (has.includes(name) ? draft[name].trim() || null : null);
  const value = (name: ConditionName) => (has.includes(name) ? durationOf(draft[name]) : null);
  const times = value("times");
  return {
    name: draft.name.trim(),
    when: draft.when,
    task: pattern("task"),
    schedule: pattern("schedule"),
    source: pattern("source"),
    times: times === null ? null : Number(times),
    longerThan: value("longerThan"),
    olderThan: value("olderThan"),
    throttle: durationOf(draft.throttle),
    to: draft.to.map(targetOf),
  };
}

function targetOf({ type, url, secret, to }: TargetDraft) {
  if (type === "email") return { type, to: to.split(/[\s,;]+/).filter((address) => address !== "") };
  const sent = { type, url: url.trim() };
  return type === "webhook" && secret.trim() !== "" ? { ...sent, secret: secret.trim() } : sent;
}

/** Returns a text as requests have it. A number without a unit is one of ms. */
function durationOf(text: string): string | number | null {
  const value = text.trim();
  if (value === "") return null;
  return /^\d+$/.test(value) ? Number(value) : value;
}
