import type { ExecutionRecord } from "../../domain/execution-record.ts";
import { defined, given } from "../../lib/defined.ts";
import type { QueueState, WorkerState } from "../../service/queue/queue-service.ts";
import { PAUSE, RATE } from "../resources/queue-state.ts";
import { RUNNING_EXECUTION, WORKER } from "../resources/worker-state.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";
import { optionalTask } from "./references.ts";

/** Adds the queries and mutations about the queue and its workers. */
export function addQueueFields(builder: Builder, { enums }: ObjectTypes): void {
  const state = addStateType(builder, enums);
  const worker = addWorkerType(builder, enums);
  const rateInput = builder.inputType("RateInput", { fields: (t) => ({ count: t.int(), periodMs: t.float() }) });
  const limitsInput = builder.inputType("QueueLimitsInput", {
    fields: (t) => ({
      task: t.id({ required: false }),
      key: t.string({ required: false }),
      anyKey: t.boolean({ required: false }),
      concurrency: t.int({ required: false }),
      rate: t.field({ type: rateInput, required: false }),
    }),
  });
  builder.queryFields((t) => ({
    queueState: t.field({ type: state, resolve: (_root, _args, { services }) => services.queue.state() }),
    workers: t.field({
      type: [worker],
      async resolve(_root, _args, { services }) {
        const states = await services.queue.workers();
        return states.map(({ worker, running }) => ({ ...worker, seenAt: worker.beatAt, running }));
      },
    }),
  }));
  builder.mutationFields((t) => ({
    pauseQueue: t.field({
      type: state,
      description: "Pauses the queue, or one task. Running jobs continue.",
      args: { task: t.arg.id({ required: false }), note: t.arg.string({ required: false }) },
      resolve: (_root, { task, note }, { services }) =>
        services.queue.pause({ ...defined({ task: optionalTask({ task }) }), ...given({ note }) }),
    }),
    resumeQueue: t.field({
      type: state,
      description: "Resumes the queue, or one task.",
      args: { task: t.arg.id({ required: false }) },
      resolve: (_root, { task }, { services }) => services.queue.resume(defined({ task: optionalTask({ task }) })),
    }),
    setQueueLimits: t.field({
      type: state,
      description:
        "Replaces the limits of one task, one concurrency key, or all keys. An input without limits removes them.",
      args: { input: t.arg({ type: limitsInput }) },
      resolve: (_root, { input: { task, ...rest } }, { services }) =>
        services.queue.setLimits({ ...given(rest), ...defined({ task: optionalTask({ task }, "/input") }) }, "/input"),
    }),
  }));
}

type Pauses = QueueState["pauses"][number];
type SetLimits = QueueState["limits"][number];

function addStateType(builder: Builder, enums: Enums) {
  const pause = builder.objectRef<Pauses>("QueuePause").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, PAUSE, ["scope"]),
      taskId: t.int({ nullable: true, resolve: ({ scope }) => (scope === "all" ? null : scope.taskId) }),
    }),
  });
  const rate = builder.objectRef<{ count: number; periodMs: number }>("Rate").implement({
    fields: (t) => exposedFields(t, enums, RATE, []),
  });
  const limits = builder.objectRef<SetLimits>("QueueLimits").implement({
    fields: (t) => ({
      taskId: t.int({
        nullable: true,
        resolve: ({ scope }) => (typeof scope === "object" && "taskId" in scope ? scope.taskId : null),
      }),
      key: t.string({
        nullable: true,
        resolve: ({ scope }) => (typeof scope === "object" && "key" in scope ? scope.key : null),
      }),
      anyKey: t.boolean({ resolve: ({ scope }) => scope === "any key" }),
      concurrency: t.int({ nullable: true, resolve: (set) => set.limits.concurrency ?? null }),
      rate: t.field({ type: rate, nullable: true, resolve: (set) => set.limits.rate ?? null }),
    }),
  });
  return builder.objectRef<QueueState>("QueueState").implement({
    fields: (t) => ({
      paused: t.exposeBoolean("paused"),
      pauses: t.field({ type: [pause], resolve: ({ pauses }) => [...pauses] }),
      limits: t.field({ type: [limits], resolve: ({ limits: all }) => [...all] }),
    }),
  });
}

/** A worker with the member names of the schema. */
type ShownWorker = WorkerState["worker"] & { seenAt: number; running: WorkerState["running"] };

function addWorkerType(builder: Builder, enums: Enums) {
  const running = builder.objectRef<ExecutionRecord>("RunningExecution").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, RUNNING_EXECUTION, ["executionId"]),
      executionId: t.exposeInt("id"),
    }),
  });
  return builder.objectRef<ShownWorker>("Worker").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, WORKER, ["running"]),
      running: t.field({ type: [running], resolve: (worker) => worker.running }),
    }),
  });
}
