import { matchesLabel } from "../../domain/label-pattern.ts";
import type { NotifiedItem } from "../../domain/notification.ts";
import { formatDuration } from "../../lib/duration.ts";
import type { SourceStatus } from "../../registry/registry.ts";
import type { NotificationStore, OldestJob, RunningAttempt } from "../../store/contract/notifications.ts";
import { concerns, type EventNames } from "./evaluate-events.ts";
import type { ActiveRule, Draft } from "./evaluation.ts";

/** What is looked at for conditions that no event announces. */
export interface Looked {
  notifications: Pick<NotificationStore, "running" | "oldestJobs">;
  sources: () => readonly SourceStatus[];
  /** Finds the names of tasks and schedules. */
  namesOf(about: readonly { taskId: number; scheduleId?: number | null }[]): Promise<EventNames>;
  masked: (text: string) => string;
}

/** How often sources are looked at, ms. */
const SOURCES_MS = 2_000;
/** How often the queue is looked at at least, while it is too old, ms. */
const QUEUE_MS = 5_000;

/**
 * Reports slow executions, an old queue and stale sources.
 * @param now ms since the epoch
 * @returns when to look again, ms since the epoch; undefined if no rule needs that
 */
export async function checkConditions(
  rules: readonly ActiveRule[],
  draft: Draft,
  looked: Looked,
  now: number,
): Promise<number | undefined> {
  const next: number[] = [];
  const slow = rules.filter(({ condition }) => condition.when === "job.slow");
  if (slow.length > 0) {
    const attempts = await looked.notifications.running();
    const names = await looked.namesOf(attempts);
    for (const rule of slow) next.push(checkSlow(rule, attempts, { draft, names, now }));
  }
  for (const rule of rules) {
    if (rule.condition.when === "queue.old") next.push(await checkQueue(rule, draft, looked, now));
    if (rule.condition.when === "source.stale") next.push(checkSources(rule, draft, looked, now));
  }
  return next.length === 0 ? undefined : Math.min(...next);
}

/** An attempt that begins after this look is not slow before the next one. */
function checkSlow(
  rule: ActiveRule,
  attempts: readonly RunningAttempt[],
  { draft, names, now }: { draft: Draft; names: EventNames; now: number },
): number {
  const current = new Map<string, NotifiedItem>();
  let next = now + rule.limitMs;
  for (const attempt of attempts.filter((one) => concerns(rule, one, names))) {
    const { executionId, jobId, startedAt } = attempt;
    const ms = now - startedAt;
    if (ms < rule.limitMs) {
      next = Math.min(next, startedAt + rule.limitMs);
      continue;
    }
    const task = names.task(attempt.taskId);
    const text = `Job ${jobId} of ${task ?? "a task"} has been running for more than ${formatDuration(rule.limitMs)}.`;
    const item: NotifiedItem = { text, time: now, jobId, executionId, ms, path: `/jobs/${jobId}` };
    current.set(`execution:${executionId}`, task === undefined ? item : { ...item, task });
  }
  draft.reportOnce(rule, current);
  return next;
}

async function checkQueue(rule: ActiveRule, draft: Draft, looked: Looked, now: number): Promise<number> {
  const jobs = await looked.notifications.oldestJobs(rule.condition.task ?? "*");
  const oldest = jobs.reduce<OldestJob | undefined>(
    (first, job) => (first === undefined || job.since < first.since ? job : first),
    undefined,
  );
  const current = new Map<string, NotifiedItem>();
  if (oldest === undefined || now - oldest.since < rule.limitMs) {
    draft.reportOnce(rule, current);
    return oldest === undefined ? now + rule.limitMs : oldest.since + rule.limitMs;
  }
  const { jobId, taskId, since } = oldest;
  const task = (await looked.namesOf([oldest])).task(taskId);
  const text = `Job ${jobId} of ${task ?? "a task"} has waited for more than ${formatDuration(rule.limitMs)}.`;
  const item: NotifiedItem = { text, time: now, jobId, ms: now - since, path: `/jobs/${jobId}` };
  current.set("queue", task === undefined ? item : { ...item, task });
  draft.reportOnce(rule, current);
  return now + Math.min(rule.limitMs, QUEUE_MS);
}

function checkSources(rule: ActiveRule, draft: Draft, { sources, masked }: Looked, now: number): number {
  const current = new Map<string, NotifiedItem>();
  for (const { name, state, error, checkedAt } of sources()) {
    // Before the first look, a source is served from an earlier copy.
    const isStale = (state === "stale" || state === "unavailable") && checkedAt !== null;
    if (!isStale || !matchesLabel([rule.condition.source ?? "*"], name)) continue;
    const item: NotifiedItem = { text: `Source ${name} is ${state}.`, time: now, source: name, path: "/sources" };
    current.set(`source:${name}`, error === null ? item : { ...item, error: { message: masked(error) } });
  }
  draft.reportOnce(rule, current);
  return now + SOURCES_MS;
}
