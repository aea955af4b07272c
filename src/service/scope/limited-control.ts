import { RatchetError } from "../../domain/errors.ts";
import { noTask } from "../../domain/not-found.ts";
import type { ControlStore, LimitScope, PauseScope, StatsStore } from "../../store/contract/control.ts";
import type { TaskScope } from "./task-scope.ts";

/** Pauses and limits within a scope. What holds for the whole queue is shown, and can't be changed. */
export function limitedControl(control: ControlStore, scope: TaskScope): ControlStore {
  async function check(of: PauseScope | LimitScope): Promise<void> {
    if (typeof of === "string" || "key" in of) throw concernsAll();
    if (!(await scope.has(of.taskId))) throw noTask(of.taskId);
  }
  return {
    async pause(of, note) {
      await check(of);
      return control.pause(of, note);
    },
    async resume(of) {
      await check(of);
      return control.resume(of);
    },
    async pauses() {
      const pauses = await control.pauses();
      const seen = await scope.only(pauses.flatMap(({ scope: of }) => (of === "all" ? [] : [of])));
      return pauses.filter(({ scope: of }) => of === "all" || seen.includes(of));
    },
    async setLimits(of, limits) {
      await check(of);
      return control.setLimits(of, limits);
    },
    async limits() {
      const limits = await control.limits();
      const ofTasks = limits.flatMap(({ scope: of }) => (typeof of === "object" && "taskId" in of ? [of] : []));
      const seen: readonly LimitScope[] = await scope.only(ofTasks);
      return limits.filter(({ scope: of }) => seen.includes(of));
    },
  };
}

/** Stats within a scope. */
export function limitedStats(stats: StatsStore, scope: TaskScope): StatsStore {
  const { labels } = scope;
  return {
    read: (filter) => stats.read({ ...filter, labels }),
    async readMany(taskIds) {
      const seen = await scope.only(taskIds.map((taskId) => ({ taskId })));
      return stats.readMany(seen.map(({ taskId }) => taskId));
    },
    oldestReadyMs: () => stats.oldestReadyMs({ labels }),
    history: (request) => stats.history({ ...request, labels }),
  };
}

function concernsAll(): RatchetError {
  return new RatchetError(
    "FORBIDDEN",
    "This concerns the jobs of all tasks, and the caller is limited to some of them.",
    {
      remedy: "Name a task, or use credentials without --tasks.",
    },
  );
}
