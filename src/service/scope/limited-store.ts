import { noTask } from "../../domain/not-found.ts";
import type { ExecutionStore } from "../../store/contract/executions.ts";
import type { JobStore } from "../../store/contract/jobs.ts";
import type { LogStore } from "../../store/contract/logs.ts";
import type { ScheduleStore } from "../../store/contract/schedules.ts";
import type { TaskRecord, TaskStore } from "../../store/contract/tasks.ts";
import type { WebhookStore } from "../../store/contract/webhooks.ts";
import type { TaskScope } from "./task-scope.ts";

/**
 * The stores as a caller sees them who is limited to some tasks: what belongs to another task does not exist. Lists, counts
 * and changes of many get the limit as a condition of their statement.
 */

/** Tasks within a scope. */
export function limitedTasks(tasks: TaskStore, scope: TaskScope): TaskStore {
  const seen = (task: TaskRecord | undefined) => (task !== undefined && scope.hasTask(task) ? task : undefined);
  const { labels } = scope;
  return {
    ...tasks,
    get: async (id) => seen(await tasks.get(id)),
    getMany: async (ids) => (await tasks.getMany(ids)).filter(scope.hasTask),
    byUuid: async (uuid) => seen(await tasks.byUuid(uuid)),
    byLabel: async (label) => (scope.hasTask({ label }) ? tasks.byLabel(label) : undefined),
    list: (filter, page) => tasks.list({ ...filter, labels }, page),
    count: (filter) => tasks.count({ ...filter, labels }),
    versions: async (ids) => scope.only(await tasks.versions(ids)),
    pinnedJobs: async (id) => ((await scope.has(id)) ? tasks.pinnedJobs(id) : []),
    async setEnabled(id, enabled) {
      if (!(await scope.has(id))) throw noTask(id);
      return tasks.setEnabled(id, enabled);
    },
  };
}

/** What a caller reads and changes of jobs. The rest belongs to workers. */
export type ReadJobs = Pick<
  JobStore,
  "get" | "byIdempotencyKey" | "getMany" | "firstOf" | "list" | "count" | "executions" | "cancelMany" | "retryMany"
>;

/** Jobs within a scope. */
export function limitedJobs(jobs: JobStore, scope: TaskScope): JobStore {
  const { labels } = scope;
  const seen = seenIn(scope);
  const limited: ReadJobs = {
    get: async (id) => seen(await jobs.get(id)),
    byIdempotencyKey: async (key) => seen(await jobs.byIdempotencyKey(key)),
    getMany: async (ids) => scope.only(await jobs.getMany(ids)),
    async firstOf(ids, maxBytes) {
      const found = await jobs.firstOf(ids, maxBytes);
      return { ...found, jobs: await scope.only(found.jobs) };
    },
    list: (filter, page) => jobs.list({ ...filter, labels }, page),
    count: (filter) => jobs.count({ ...filter, labels }),
    executions: async (id) => scope.only(await jobs.executions(id)),
    cancelMany: (filter, step) => jobs.cancelMany({ ...filter, labels }, step),
    retryMany: (filter, step) => jobs.retryMany({ ...filter, labels }, step),
  };
  return { ...jobs, ...limited };
}

/** Executions within a scope. */
export function limitedExecutions(executions: ExecutionStore, scope: TaskScope): ExecutionStore {
  const { labels } = scope;
  const seen = async (ids: readonly number[]) => {
    const found = await scope.only(await executions.getMany(ids));
    return found.map(({ id }) => id);
  };
  return {
    ...executions,
    get: async (id) => seenIn(scope)(await executions.get(id)),
    getMany: async (ids) => scope.only(await executions.getMany(ids)),
    detailBytes: async (ids) => executions.detailBytes(await seen(ids)),
    details: async (ids) => executions.details(await seen(ids)),
    ofJobs: async (jobIds) => scope.only(await executions.ofJobs(jobIds)),
    trace: async (id) => ((await seen([id])).length === 0 ? undefined : executions.trace(id)),
    touched: async (ids) => executions.touched(await seen(ids)),
    recording: async (id) => ((await seen([id])).length === 0 ? undefined : executions.recording(id)),
    list: (filter, page) => executions.list({ ...filter, labels }, page),
    count: (filter) => executions.count({ ...filter, labels }),
    logs: async (id, limit, after) => ((await seen([id])).length === 0 ? [] : executions.logs(id, limit, after)),
  };
}

/** Schedules within a scope. */
export function limitedSchedules(schedules: ScheduleStore, scope: TaskScope): ScheduleStore {
  const { labels } = scope;
  const seen = seenIn(scope);
  return {
    ...schedules,
    get: async (id) => seen(await schedules.get(id)),
    getByName: async (name) => seen(await schedules.getByName(name)),
    list: (filter, page) => schedules.list({ ...filter, labels }, page),
    count: (filter) => schedules.count({ ...filter, labels }),
    firings: async (id, limit, after) =>
      (await seen(await schedules.get(id))) === undefined ? [] : schedules.firings(id, limit, after),
  };
}

/** Webhooks of the tasks within a scope. Deliveries are found by their webhook. */
export function limitedWebhooks(webhooks: WebhookStore, scope: TaskScope): WebhookStore {
  const { labels } = scope;
  const seen = seenIn(scope);
  return {
    ...webhooks,
    get: async (id) => seen(await webhooks.get(id)),
    byName: async (name) => seen(await webhooks.byName(name)),
    list: (filter, page) => webhooks.list({ ...filter, labels }, page),
    count: (filter) => webhooks.count({ ...filter, labels }),
  };
}

/** Lines that concern tasks within a scope. Their feed is limited by itself. */
export function limitedLogs(logs: LogStore, { labels }: TaskScope): LogStore {
  return { ...logs, list: (filter, page) => logs.list({ ...filter, labels }, page) };
}

/** Returns a function that returns only what is within a scope. */
function seenIn(scope: TaskScope) {
  return async <T extends { taskId: number }>(item: T | undefined): Promise<T | undefined> =>
    item === undefined ? undefined : (await scope.only([item]))[0];
}
