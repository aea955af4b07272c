import { readNotificationRule } from "../../config/notification-rules.ts";
import type {
  NewNotificationRule,
  NotificationCondition,
  NotificationTarget,
  StoredTarget,
  WrittenRule,
} from "../../domain/notification.ts";
import { defined, given } from "../../lib/defined.ts";
import { wrongMember } from "../request-checks.ts";
import { keyOf } from "./rule-targets.ts";

/** A receiver as callers write it. A member that is left out is that of the same receiver before the change. */
export interface TargetRequest {
  type: string;
  url?: string;
  secret?: string;
  to?: readonly string[];
}

/** Changes to a rule, as callers write them. null removes an optional condition. */
export interface RuleChange {
  name?: string;
  when?: string;
  task?: string | null;
  schedule?: string | null;
  source?: string | null;
  times?: number | null;
  longerThan?: string | number | null;
  olderThan?: string | number | null;
  throttle?: string | number | null;
  enabled?: boolean;
  to?: readonly TargetRequest[];
}

/** A new rule, as callers write it. */
export type RuleRequest = RuleChange & Required<Pick<RuleChange, "name" | "when" | "to">>;

/** Checks a new rule. @param pointer where it is in the request @throws {RatchetError} USAGE */
export function writtenRule(request: RuleRequest, pointer: string): WrittenRule {
  return checked(given({ ...request }), pointer);
}

/** A rule before a change, with its receivers. */
export interface RuleBefore {
  rule: Pick<NewNotificationRule, "name" | "condition" | "enabled" | "targets">;
  targets: readonly NotificationTarget[];
}

/** Checks a rule with a change. @param pointer where the change is in the request @throws {RatchetError} USAGE */
export function changedRule({ rule, targets }: RuleBefore, change: RuleChange, pointer: string): WrittenRule {
  const { name, condition, enabled } = rule;
  const { to, ...others } = change;
  const merged = { name, enabled, ...condition, ...defined(others) };
  const receivers = to === undefined ? targets : withKept(to, rule.targets, { targets, pointer: `${pointer}/to` });
  return checked(given({ ...merged, to: receivers }), pointer);
}

/**
 * What was shown without its secret can be sent back as it was shown. Channels of one service are shown alike: they are
 * told apart by their order.
 * @throws {RatchetError} USAGE if some of those that are shown alike are missing
 */
function withKept(
  requests: readonly TargetRequest[],
  stored: readonly StoredTarget[],
  { targets, pointer }: { targets: readonly NotificationTarget[]; pointer: string },
): (TargetRequest | NotificationTarget)[] {
  const known = new Map(targets.map((target) => [keyOf(target), target]));
  const isKept = ({ type, secret }: TargetRequest) => secret === undefined && type !== "email";
  return requests.map((request, index) => {
    if (!isKept(request)) return request;
    const { type, url } = request;
    const alike = stored.filter(({ shown }) => shown.type === type && shown.url === url);
    const isAlike = (other: TargetRequest) => isKept(other) && other.type === type && other.url === url;
    if (alike.length > 1 && alike.length !== requests.filter(isAlike).length) {
      const remedy = "Write the whole URL, or send all of them back in their order.";
      throw wrongMember(`${pointer}/${index}/url`, `is how ${alike.length} receivers are shown`, remedy);
    }
    const same = alike[requests.slice(0, index).filter(isAlike).length];
    return (same === undefined ? undefined : known.get(same.key)) ?? request;
  });
}

function checked(written: object, pointer: string): WrittenRule {
  const reading = readNotificationRule(written);
  if ("value" in reading) return reading.value;
  const [problem] = reading.problems;
  throw wrongMember(
    [pointer, ...(problem?.path ?? [])].join("/"),
    problem?.message ?? "is not a rule",
    problem?.remedy,
  );
}

/** Returns what a rule waits for. */
export function conditionOf(rule: WrittenRule): NotificationCondition {
  const { name: _name, enabled: _enabled, to: _to, ...condition } = rule;
  return condition;
}
