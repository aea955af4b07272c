import type { EventType, RatchetEvent } from "../../domain/events.ts";
import { matchesLabel } from "../../domain/label-pattern.ts";
import type { NotificationEvent, NotifiedItem } from "../../domain/notification.ts";
import { defined } from "../../lib/defined.ts";
import { isObject } from "../../lib/is-object.ts";
import type { ActiveRule, Draft, Memory } from "./evaluation.ts";

/** The names of the things that events are about. */
export interface EventNames {
  /** Label of a task; undefined if it is gone. */
  task(id: number | null): string | undefined;
  /** Name of a schedule; undefined if it is gone. */
  schedule(id: number | null): string | undefined;
}

/** The events that rules are about. */
const EVENTS_OF: Readonly<Record<NotificationEvent, EventType | undefined>> = {
  "job.failed": "job.failed",
  "job.failed_in_a_row": "job.failed",
  "job.slow": undefined,
  "schedule.paused": "schedule.paused",
  "schedule.missed": "schedule.missed",
  "source.stale": undefined,
  "queue.old": undefined,
};

/** Returns a function that tells whether an event may concern one of the rules. Called for each event of the server. */
export function relevance(rules: readonly ActiveRule[], memory: Memory): (event: RatchetEvent) => boolean {
  const types = new Set(rules.map(({ condition }) => EVENTS_OF[condition.when]));
  return ({ type, taskId }) =>
    types.has(type) || (type === "job.completed" && taskId !== null && memory.hasStreak(taskId));
}

/** Evaluates rules for one event. @param masked masks the secrets in a text */
export function evaluateEvent(
  event: RatchetEvent,
  rules: readonly ActiveRule[],
  { draft, names, masked }: { draft: Draft; names: EventNames; masked: (text: string) => string },
): void {
  for (const rule of rules) {
    const { when, times = 1 } = rule.condition;
    const isEnd = when === "job.failed_in_a_row" && event.type === "job.completed";
    if (event.id <= rule.afterEvent || !(isEnd || EVENTS_OF[when] === event.type)) continue;
    if (!concerns(rule, event, names)) continue;
    if (when !== "job.failed_in_a_row") draft.report(rule, itemOf(event, names, masked));
    else if (event.taskId === null) continue;
    else if (isEnd) draft.succeed(rule.id, event.taskId);
    // A row is reported once: when it has become long enough.
    else if (draft.fail(rule.id, event.taskId) === times) {
      const item = itemOf(event, names, masked);
      const text = `${times} jobs of ${item.task ?? "a task"} have failed in a row.`;
      draft.report(rule, { ...item, times, text: times === 1 ? item.text : text });
    }
  }
}

/** Returns true if a rule is about the task and the schedule of an event. */
export function concerns(
  { condition: { task, schedule } }: Pick<ActiveRule, "condition">,
  about: Pick<RatchetEvent, "taskId" | "scheduleId">,
  names: EventNames,
): boolean {
  return matches(task, names.task(about.taskId)) && matches(schedule, names.schedule(about.scheduleId));
}

function matches(pattern: string | undefined, name: string | undefined): boolean {
  return pattern === undefined || (name !== undefined && matchesLabel([pattern], name));
}

function itemOf(event: RatchetEvent, names: EventNames, masked: (text: string) => string): NotifiedItem {
  const { type, time, taskId, jobId, executionId, scheduleId, data } = event;
  const [task, schedule] = [names.task(taskId), names.schedule(scheduleId)];
  const facts = isObject(data) ? data : {};
  const about = defined({ task, schedule, jobId: jobId ?? undefined, executionId: executionId ?? undefined });
  if (type === "schedule.paused" || type === "schedule.missed") {
    const reason = typeof facts.reason === "string" ? `: ${masked(facts.reason)}` : "";
    const missed = `at least ${Number(facts.count)} firings since ${String(facts.first)}`;
    const what = type === "schedule.paused" ? `was paused${reason}` : `has missed ${missed}`;
    return { ...about, time, text: `Schedule ${schedule ?? scheduleId} ${what}.`, path: `/schedules/${scheduleId}` };
  }
  const { code, type: errorType, message } = facts;
  const error =
    typeof message === "string" ? { ...textsOf({ code, type: errorType }), message: masked(message) } : undefined;
  const text = `Job ${jobId}${task === undefined ? "" : ` of ${task}`} has failed.`;
  return { ...about, ...defined({ error }), time, text, path: `/jobs/${jobId}` };
}

function textsOf<T extends object>(members: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => typeof value === "string")) as {
    [K in keyof T]?: string;
  };
}
