import type { ExecutionRecord } from "../../domain/execution-record.ts";
import type { Job } from "../../domain/job.ts";
import type { Schedule } from "../../domain/schedule.ts";
import { buildInfo } from "../../lib/build-info.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { ApiDependencies, ReadinessCheck } from "../dependencies.ts";
import { findTask } from "../find-task.ts";
import { noExecution } from "../rest/executions.ts";
import { findJob } from "../rest/jobs.ts";
import { readWithin } from "./budget.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";
import { addPagination, logLimit, pageRequest } from "./pagination.ts";

interface Parents {
  taskId?: number | null | undefined;
  jobId?: number | null | undefined;
}

/** A list that belongs to something unknown is an error, as it is in REST. @throws {RatchetError} TASK_NOT_FOUND, JOB_NOT_FOUND */
async function checkParents(store: ApiDependencies["store"], { taskId, jobId }: Parents): Promise<void> {
  if (taskId != null) await findTask(store.tasks, taskId);
  if (jobId != null) await findJob(store.jobs, jobId);
}

/** Adds the queries for lists and single things. */
export function addQueries(builder: Builder, types: ObjectTypes): void {
  const pagination = addPagination(builder);
  const tasks = builder.objectRef<{ tasks: TaskRecord[]; total: number }>("TaskList").implement({
    fields: (t) => ({ tasks: t.expose("tasks", { type: [types.task] }), total: t.exposeInt("total") }),
  });
  const jobs = builder.objectRef<{ jobs: Job[]; total: number }>("JobList").implement({
    fields: (t) => ({ jobs: t.expose("jobs", { type: [types.job] }), total: t.exposeInt("total") }),
  });
  const executions = builder.objectRef<{ executions: ExecutionRecord[]; total: number }>("ExecutionList").implement({
    fields: (t) => ({ executions: t.expose("executions", { type: [types.execution] }), total: t.exposeInt("total") }),
  });
  const schedules = builder.objectRef<{ schedules: Schedule[]; total: number }>("ScheduleList").implement({
    fields: (t) => ({ schedules: t.expose("schedules", { type: [types.schedule] }), total: t.exposeInt("total") }),
  });

  builder.queryFields((t) => ({
    tasks: t.field({
      type: tasks,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        enabled: t.arg.boolean({ required: false }),
      },
      async resolve(_root, args, { deps: { store } }) {
        const filter = args.enabled == null ? {} : { enabled: args.enabled };
        const [page, total] = await Promise.all([
          store.tasks.list(filter, pageRequest(args.pagination)),
          store.tasks.count(filter),
        ]);
        return { tasks: page.items, total };
      },
    }),
    task: t.field({
      type: types.task,
      nullable: true,
      description: "A task; as it is in the version asked for, null when it has no such version.",
      args: { uuid: t.arg.string(), version: t.arg.string({ required: false }) },
      async resolve(_root, { uuid, version }, { deps: { store, registry } }) {
        const task = await store.tasks.byUuid(uuid);
        if (task === undefined || version == null || version === task.version) return task;
        const found = registry.versions(uuid).find((one) => one.version === version);
        if (found === undefined) return null;
        const { label, description, source, validatedAt } = found;
        return { ...task, version, label, description, source, validatedAt };
      },
    }),
    taskByUuid: t.field({
      type: types.task,
      nullable: true,
      args: { uuid: t.arg.string() },
      resolve: (_root, { uuid }, { deps }) => deps.store.tasks.byUuid(uuid),
    }),
    jobs: t.field({
      type: jobs,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        status: t.arg({ type: types.enums.jobStatus, required: false }),
        taskId: t.arg.int({ required: false }),
      },
      async resolve(_root, { pagination: page, status, taskId }, { deps: { store }, budget }) {
        await checkParents(store, { taskId });
        const filter = { ...(status == null ? {} : { status: [status] }), ...(taskId == null ? {} : { taskId }) };
        const [found, total] = await Promise.all([
          readWithin(budget, pageRequest(page), (request) => store.jobs.list(filter, request)),
          store.jobs.count(filter),
        ]);
        return { jobs: found, total };
      },
    }),
    job: t.field({
      type: types.job,
      nullable: true,
      args: { id: t.arg.int() },
      async resolve(_root, { id }, { deps, budget }) {
        const job = await deps.store.jobs.get(id);
        if (job !== undefined) budget.spend(Buffer.byteLength(job.inputJson));
        return job;
      },
    }),
    executions: t.field({
      type: executions,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        status: t.arg({ type: types.enums.executionStatus, required: false }),
        taskId: t.arg.int({ required: false }),
        jobId: t.arg.int({ required: false }),
      },
      async resolve(_root, { pagination: page, status, taskId, jobId }, { deps: { store } }) {
        await checkParents(store, { taskId, jobId });
        const filter = {
          ...(status == null ? {} : { status: [status] }),
          ...(taskId == null ? {} : { taskId }),
          ...(jobId == null ? {} : { jobId }),
        };
        const [found, total] = await Promise.all([
          store.executions.list(filter, pageRequest(page)),
          store.executions.count(filter),
        ]);
        return { executions: found.items, total };
      },
    }),
    execution: t.field({
      type: types.execution,
      nullable: true,
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { loaders }) => loaders.execution.load(id),
    }),
    executionLogs: t.field({
      type: [types.log],
      description: "Console lines of an execution, in order.",
      args: {
        executionId: t.arg.int(),
        limit: t.arg.int({ required: false, defaultValue: 100, description: "1 to 1000." }),
        after: t.arg.int({ required: false, description: "seq of the last line seen." }),
      },
      async resolve(_root, { executionId, limit, after }, { deps, budget }) {
        const count = logLimit(limit);
        const [execution] = await deps.store.executions.getMany([executionId]);
        if (execution === undefined) throw noExecution(executionId);
        const lines = await deps.store.executions.logs(executionId, count, after ?? undefined);
        budget.spend(lines.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0));
        return lines;
      },
    }),
    schedules: t.field({
      type: schedules,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        taskId: t.arg.int({ required: false }),
        enabled: t.arg.boolean({ required: false }),
      },
      async resolve(_root, { pagination: page, taskId, enabled }, { deps: { store }, budget }) {
        await checkParents(store, { taskId });
        const filter = { ...(taskId == null ? {} : { taskId }), ...(enabled == null ? {} : { enabled }) };
        const [found, total] = await Promise.all([
          readWithin(budget, pageRequest(page), (request) => store.schedules.list(filter, request)),
          store.schedules.count(filter),
        ]);
        return { schedules: found, total };
      },
    }),
    schedule: t.field({
      type: types.schedule,
      nullable: true,
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { deps }) => deps.store.schedules.get(id),
    }),
  }));
}

/** Adds the queries for figures and health. */
export function addFigureQueries(builder: Builder, types: ObjectTypes): void {
  const taskStats = builder.objectRef<Record<"total" | "enabled" | "inSync", number>>("TaskStats").implement({
    fields: (t) => ({
      total: t.exposeInt("total"),
      enabled: t.exposeInt("enabled"),
      disabled: t.int({ resolve: ({ total, enabled }) => total - enabled }),
      inSync: t.exposeInt("inSync"),
    }),
  });
  const check = builder.objectRef<ReadinessCheck>("HealthCheck").implement({
    fields: (t) => ({
      name: t.exposeString("name"),
      ok: t.exposeBoolean("ok"),
      message: t.string({ nullable: true, resolve: ({ message }) => message ?? null }),
    }),
  });
  const health = builder.objectRef<readonly ReadinessCheck[]>("Health").implement({
    fields: (t) => ({
      status: t.string({ resolve: (checks) => (checks.every(({ ok }) => ok) ? "ok" : "degraded") }),
      healthy: t.boolean({ resolve: (checks) => checks.every(({ ok }) => ok) }),
      version: t.string({ resolve: () => buildInfo().version }),
      checks: t.field({ type: [check], resolve: (checks) => [...checks] }),
    }),
  });
  builder.queryFields((t) => ({
    taskStats: t.field({
      type: taskStats,
      async resolve(_root, _args, { deps: { store } }) {
        const [total, enabled, inSync] = await Promise.all([
          store.tasks.count({}),
          store.tasks.count({ enabled: true }),
          store.tasks.count({ inSync: true }),
        ]);
        return { total, enabled, inSync };
      },
    }),
    jobStats: t.field({
      type: types.jobStats,
      args: { taskId: t.arg.int({ required: false }) },
      async resolve(_root, { taskId }, { deps: { store } }) {
        await checkParents(store, { taskId });
        return (await store.stats.read(taskId ?? undefined)).jobs;
      },
    }),
    executionStats: t.field({
      type: types.executionStats,
      args: { taskId: t.arg.int({ required: false }) },
      async resolve(_root, { taskId }, { deps: { store } }) {
        await checkParents(store, { taskId });
        return store.stats.read(taskId ?? undefined);
      },
    }),
    health: t.field({ type: health, resolve: (_root, _args, { deps }) => deps.readiness() }),
  }));
}
