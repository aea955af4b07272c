import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { TaskRecord, TaskVersionRecord } from "../../store/contract/tasks.ts";

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
