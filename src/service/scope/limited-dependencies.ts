import { RatchetError } from "../../domain/errors.ts";
import { noJob, noSchedule, noTask } from "../../domain/not-found.ts";
import { defined } from "../../lib/defined.ts";
import type { Queue } from "../../queue/queue.ts";
import { createQueue } from "../../queue/queue.ts";
import type { JobStore } from "../../store/contract/jobs.ts";
import { MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { limitedControl, limitedStats } from "./limited-control.ts";
import { limitedRuns } from "./limited-runs.ts";
import {
  limitedExecutions,
  limitedJobs,
  limitedLogs,
  limitedSchedules,
  limitedTasks,
  limitedWebhooks,
} from "./limited-store.ts";
import { ownExplanation } from "./own-explanation.ts";
import type { TaskScope } from "./task-scope.ts";

/**
 * The dependencies of the services for callers who are limited to some tasks. The services on top are the same: whatever
 * they look for in another task, they do not find.
 */
export function limitedDependencies(deps: ServiceDependencies, scope: TaskScope): ServiceDependencies {
  const { store, direct } = deps;
  const jobs = limitedJobs(store.jobs, scope);
  const executions = limitedExecutions(store.executions, scope);
  return {
    ...deps,
    resources: undefined,
    store: {
      ...store,
      tasks: limitedTasks(store.tasks, scope),
      jobs,
      executions,
      runs: limitedRuns(store.runs, scope, { executions, jobs }),
      webhooks: limitedWebhooks(store.webhooks, scope),
      schedules: limitedSchedules(store.schedules, scope),
      control: limitedControl(store.control, scope),
      stats: limitedStats(store.stats, scope),
      logs: limitedLogs(store.logs, scope),
    },
    queue: limitedQueue(deps, scope, jobs),
    scheduler: limitedScheduler(deps, scope),
    async directRunning() {
      const live = await executions.list({ status: ["pending", "running"] }, { limit: MAX_PAGE_SIZE });
      return live.items.filter(({ jobId }) => jobId === null).length;
    },
    direct: {
      ...direct,
      async run(request) {
        if (!(await scope.has(request.taskId))) throw noTask(request.taskId);
        return direct.run(request);
      },
    },
  };
}

/** Each change of one job looks at the job first. Changes of many carry the limit in their statements. */
function limitedQueue({ queue, store, maxInputBytes }: ServiceDependencies, scope: TaskScope, jobs: JobStore): Queue {
  const own = createQueue({ store: { ...store, jobs }, ...defined({ maxInputBytes }) });
  async function check(id: number): Promise<void> {
    if ((await jobs.get(id)) === undefined) throw noJob(id);
  }
  const checked = checkedBy(check);
  return {
    ...own,
    check: queue.check,
    async enqueue(requests) {
      const seen = new Set(await scope.only(requests));
      const foreign = requests.find((request) => !seen.has(request));
      if (foreign !== undefined) throw noTask(foreign.taskId);
      try {
        return await queue.enqueue(requests);
      } catch (error) {
        throw await withoutForeignJob(error, jobs);
      }
    },
    cancel: checked(queue.cancel),
    kill: checked(queue.kill),
    pause: checked(queue.pause),
    resume: checked(queue.resume),
    retry: checked(queue.retry),
    change: checked(queue.change),
    delete: checked(queue.delete),
    async explain(id) {
      await check(id);
      return ownExplanation(await queue.explain(id));
    },
  };
}

/**
 * Idempotency keys are of the whole queue, so another task's job may have one that a caller uses. That it is taken is all
 * that the caller learns.
 */
async function withoutForeignJob(error: unknown, jobs: Pick<JobStore, "get">): Promise<unknown> {
  if (!(error instanceof RatchetError) || typeof error.data.jobId !== "number") return error;
  if ((await jobs.get(error.data.jobId)) !== undefined) return error;
  const { jobId: _, ...data } = error.data;
  const { code, message, problems, remedy, guest, cause } = error;
  return new RatchetError(code, message, { data, problems, remedy, guest, cause });
}

/** Returns a method that looks at the thing with an id first. @param check throws if it is not there for the caller */
function checkedBy(check: (id: number) => Promise<void>) {
  return <Rest extends readonly unknown[], Result>(method: (id: number, ...rest: Rest) => Promise<Result>) =>
    async (id: number, ...rest: Rest): Promise<Result> => {
      await check(id);
      return method(id, ...rest);
    };
}

function limitedScheduler(
  { scheduler, store }: ServiceDependencies,
  scope: TaskScope,
): ServiceDependencies["scheduler"] {
  async function check(id: number): Promise<void> {
    const schedule = await store.schedules.get(id);
    if (schedule === undefined || !(await scope.has(schedule.taskId))) throw noSchedule(id);
  }
  async function checkTask(taskId: number): Promise<void> {
    if (!(await scope.has(taskId))) throw noTask(taskId);
  }
  const checked = checkedBy(check);
  return {
    preview: scheduler.preview,
    async create(schedule) {
      await checkTask(schedule.taskId);
      return scheduler.create(schedule);
    },
    async update(id, patch) {
      await check(id);
      if (patch.taskId !== undefined) await checkTask(patch.taskId);
      return scheduler.update(id, patch);
    },
    delete: checked(scheduler.delete),
    trigger: checked(scheduler.trigger),
    pause: checked(scheduler.pause),
    resume: checked(scheduler.resume),
    next: checked(scheduler.next),
    backfill: checked(scheduler.backfill),
  };
}
