import { RatchetError } from "../../domain/errors.ts";
import type { LimitScope, PauseScope } from "../../store/contract/control.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { QUEUE } from "../descriptions/server.ts";
import { findTask, type TaskReference } from "../find-task.ts";
import { json } from "../http/answers.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { timeText } from "../http/time.ts";
import { TASK_REFERENCE } from "./job-schemas.ts";

const LIMITS = {
  type: "object",
  description: "Name exactly one of task, key and anyKey. No limit at all removes what was set.",
  properties: {
    task: TASK_REFERENCE,
    key: { type: "string", minLength: 1, maxLength: 200, description: "A concurrency key." },
    anyKey: { const: true, description: "All concurrency keys that have no limits of their own." },
    concurrency: { type: "integer", minimum: 1, maximum: 1_000_000, description: "Jobs at once." },
    rate: {
      type: "object",
      description: "How often jobs start.",
      properties: {
        count: { type: "integer", minimum: 1, maximum: 1_000_000, description: QUEUE.count },
        periodMs: { type: "integer", minimum: 1, maximum: 31_622_400_000, description: QUEUE.periodMs },
      },
      required: ["count", "periodMs"],
      additionalProperties: false,
    },
  },
  additionalProperties: false,
} as const;

/** Routes that hold the queue back, or parts of it. */
export function queueControlRoutes({ store }: Pick<ApiDependencies, "store">): Route[] {
  const { control } = store;
  const scopeOf = async (task: TaskReference | undefined): Promise<PauseScope> =>
    task === undefined ? "all" : { taskId: (await findTask(store.tasks, task)).id };

  async function state(): Promise<Response> {
    const pauses = await control.pauses();
    const limits = await control.limits();
    return json({
      paused: pauses.some(({ scope }) => scope === "all"),
      pauses: pauses.map(({ scope, note, pausedAt }) => ({ scope, note, pausedAt: timeText(pausedAt) })),
      limits: limits.map(({ scope, limits: set }) => ({ scope, ...set })),
    });
  }

  const STATE = { 200: { description: "Pauses and limits, as they are now.", schema: "QueueState" } } as const;
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/queue",
      id: "getQueue",
      tag: "queue",
      summary: "Pauses and limits of the queue",
      description: "Returns every pause and every limit that holds now.",
      answers: STATE,
      handle: state,
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/queue/pause",
      id: "pauseQueue",
      tag: "queue",
      summary: "Start no more jobs, of one task or of all",
      description: "Jobs that run go on. A further pause replaces the note.",
      body: {
        type: "object",
        properties: {
          task: TASK_REFERENCE,
          note: { type: "string", maxLength: 1_000, description: "Why it is paused, shown with the pause." },
        },
        additionalProperties: false,
      },
      bodyRequired: false,
      bodyExample: { task: "addition", note: "being repaired" },
      problems: [404],
      answers: STATE,
      async handle({ body }) {
        await control.pause(await scopeOf(body.task), body.note ?? null);
        return state();
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/queue/resume",
      id: "resumeQueue",
      tag: "queue",
      summary: "Start jobs again, of one task or of all; harmless when it is not paused",
      description: "Jobs that waited start in their order.",
      body: { type: "object", properties: { task: TASK_REFERENCE }, additionalProperties: false },
      bodyRequired: false,
      bodyExample: { task: "addition" },
      problems: [404],
      answers: STATE,
      async handle({ body }) {
        await control.resume(await scopeOf(body.task));
        return state();
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/v1/queue/limits",
      id: "setLimits",
      tag: "queue",
      summary: "Limit how many jobs run at once and how often they start",
      description:
        "Replaces the limits of one task, one concurrency key or all keys; without any limit, what was set is removed.",
      body: LIMITS,
      bodyExample: { task: "addition", concurrency: 4, rate: { count: 100, periodMs: 60_000 } },
      problems: [404],
      answers: STATE,
      async handle({ body }) {
        const { task, key, anyKey, concurrency, rate } = body;
        const limits = {
          ...(concurrency === undefined ? {} : { concurrency }),
          ...(rate === undefined ? {} : { rate: { count: rate.count, periodMs: rate.periodMs } }),
        };
        const scope = await limitScope(task, key, anyKey);
        await control.setLimits(scope, Object.keys(limits).length === 0 ? null : limits);
        return state();
      },
    }),
  ];

  async function limitScope(task?: TaskReference, key?: string, anyKey?: true): Promise<LimitScope> {
    if ([task, key, anyKey].filter((value) => value !== undefined).length !== 1) {
      throw new RatchetError("USAGE", "Limits are set for exactly one of task, key and anyKey.", {
        remedy: 'Name one, such as {"task": "addition", "concurrency": 4}.',
      });
    }
    if (task !== undefined) return { taskId: (await findTask(store.tasks, task)).id };
    return key === undefined ? "any key" : { key };
  }
}
