import type { Store } from "../../store/contract/store.ts";
import type { EventNames } from "./evaluate-events.ts";

/** Finds the names of the tasks and schedules that events are about. */
export async function findNames(
  { tasks, schedules }: Pick<Store, "tasks" | "schedules">,
  about: readonly { taskId: number | null; scheduleId?: number | null }[],
): Promise<EventNames> {
  const taskIds = new Set(about.flatMap(({ taskId }) => taskId ?? []));
  const scheduleIds = new Set(about.flatMap(({ scheduleId }) => scheduleId ?? []));
  const found = taskIds.size === 0 ? [] : await tasks.getMany([...taskIds]);
  const labels = new Map(found.map(({ id, label }) => [id, label]));
  const names = new Map<number, string>();
  for (const id of scheduleIds) {
    const schedule = await schedules.get(id);
    if (schedule !== undefined) names.set(id, schedule.name);
  }
  return {
    task: (id) => (id === null ? undefined : labels.get(id)),
    schedule: (id) => (id === null ? undefined : names.get(id)),
  };
}
