import type { ExecutionLimits } from "../../domain/limits.ts";
import type { RetryPolicy } from "../../domain/retry-policy.ts";
import { defined } from "../../lib/defined.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { TaskContract } from "../../service/tasks/task-contract.ts";
import type { TaskRecord, TaskVersionRecord } from "../../store/contract/tasks.ts";
import { LIMIT_FIELDS } from "../../task/task-limits.ts";

/** How other things name their task. */
export interface TaskName {
  id: number;
  uuid: string;
  label: string;
}

/** A task as REST shows it. */
export function taskView(task: TaskRecord) {
  const { id, uuid, label, description, version, enabled, source, inSync } = task;
  return {
    id,
    uuid,
    label,
    description,
    version,
    enabled,
    source,
    inSync,
    createdAt: timeText(task.createdAt),
    updatedAt: timeText(task.updatedAt),
    validatedAt: timeTextOrNull(task.validatedAt),
  };
}

/** A task with what it takes, returns and may use, in the words of its metadata; times are ms, sizes bytes. */
export function taskDetailView(task: TaskRecord, availableVersions: readonly string[], contract: TaskContract) {
  const { inputSchema, outputSchema, limits, retry, permissions } = contract;
  return {
    ...taskView(task),
    availableVersions,
    inputSchema,
    outputSchema,
    limits: limits === null ? null : limitsView(limits),
    retry: retry === null ? null : retryView(retry),
    permissions,
  };
}

/** Limits in the words of a task's metadata. */
export function limitsView(limits: ExecutionLimits): Record<keyof typeof LIMIT_FIELDS, number> {
  const entries = Object.entries(LIMIT_FIELDS).map(([name, { limit }]) => [name, limits[limit]]);
  return Object.fromEntries(entries) as Record<keyof typeof LIMIT_FIELDS, number>;
}

function retryView({ delayMs, maxDelayMs, ...rest }: RetryPolicy) {
  return { ...rest, ...defined({ delay: delayMs, maxDelay: maxDelayMs }) };
}

/** A version of a task as REST shows it. */
export function versionView(record: TaskVersionRecord) {
  const { version, checksum, source, origin, available } = record;
  return {
    version,
    checksum,
    source,
    origin,
    available,
    createdAt: timeText(record.createdAt),
    updatedAt: timeText(record.updatedAt),
  };
}

export function taskName({ id, uuid, label }: TaskRecord): TaskName {
  return { id, uuid, label };
}
