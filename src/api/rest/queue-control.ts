import { MAX_CONCURRENCY, MAX_RATE_COUNT, MAX_RATE_PERIOD_MS } from "../../domain/queue-limits.ts";
import { LONGEST_NOTE } from "../../domain/request-bounds.ts";
import type { Services } from "../../service/services.ts";
import { queueTarget } from "../http/audit-target.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { queueStateView, RATE } from "../resources/queue-state.ts";
import { TASK_REFERENCE } from "../resources/request-parts.ts";
import { workerView } from "../resources/worker-state.ts";

const LIMITS = {
  type: "object",
  description: "Exactly one of task, key and anyKey is required. A request without limits removes them.",
  properties: {
    task: TASK_REFERENCE,
    key: { type: "string", minLength: 1, maxLength: 200, description: "The concurrency key to limit." },
    anyKey: { const: true, description: "Limits each concurrency key that has no limits of its own." },
    concurrency: {
      type: "integer",
      minimum: 1,
      maximum: MAX_CONCURRENCY,
      description: "Maximum number of jobs that run at once.",
    },
    rate: {
      type: "object",
      description: "How often jobs may start.",
      properties: {
        count: { type: "integer", minimum: 1, maximum: MAX_RATE_COUNT, description: RATE.properties.count.description },
        periodMs: {
          type: "integer",
          minimum: 1,
          maximum: MAX_RATE_PERIOD_MS,
          description: RATE.properties.periodMs.description,
        },
      },
      required: ["count", "periodMs"],
      additionalProperties: false,
    },
  },
  additionalProperties: false,
} as const;

const STATE = { 200: { description: "The current pauses and limits.", schema: "QueueState" } } as const;

const GET_QUEUE = {
  method: "GET",
  path: "/api/v1/queue",
  access: "read",
  id: "getQueue",
  tag: "queue",
  summary: "Get the pauses and limits of the queue",
  description: "Returns all current pauses and limits.",
  responses: STATE,
} as const;

const LIST_WORKERS = {
  method: "GET",
  path: "/api/v1/workers",
  access: "read",
  id: "listWorkers",
  tag: "queue",
  summary: "List the processes that work on the queue, with the executions they run",
  description: "At most 1,000 executions are listed: the latest ones of all workers.",
  responses: { 200: { description: "The workers.", schema: "WorkerPage" } },
} as const;

const PAUSE_QUEUE = {
  method: "POST",
  path: "/api/v1/queue/pause",
  access: "write",
  id: "pauseQueue",
  target: queueTarget,
  tag: "queue",
  summary: "Pause the queue, or one task",
  description: "No more jobs start. Running jobs continue. Pausing again replaces the note.",
  body: {
    type: "object",
    properties: {
      task: TASK_REFERENCE,
      note: { type: "string", maxLength: LONGEST_NOTE, description: "The reason, shown with the pause." },
    },
    additionalProperties: false,
  },
  bodyRequired: false,
  bodyExample: { task: "addition", note: "under repair" },
  problems: [404],
  responses: STATE,
} as const;

const RESUME_QUEUE = {
  method: "POST",
  path: "/api/v1/queue/resume",
  access: "write",
  id: "resumeQueue",
  target: queueTarget,
  tag: "queue",
  summary: "Resume the queue, or one task",
  description: "Waiting jobs start in their order. Has no effect if nothing is paused.",
  body: { type: "object", properties: { task: TASK_REFERENCE }, additionalProperties: false },
  bodyRequired: false,
  bodyExample: { task: "addition" },
  problems: [404],
  responses: STATE,
} as const;

const SET_LIMITS = {
  method: "PUT",
  path: "/api/v1/queue/limits",
  access: "write",
  id: "setLimits",
  target: queueTarget,
  tag: "queue",
  summary: "Limit how many jobs run at once and how often they start",
  description:
    "Replaces the limits of one task, one concurrency key, or all keys. A request without limits removes them.",
  body: LIMITS,
  bodyExample: { task: "addition", concurrency: 4, rate: { count: 100, periodMs: 60_000 } },
  problems: [404],
  responses: STATE,
} as const;

/** Routes of the queue and its workers. */
export function queueControlRoutes({ queue }: Pick<Services, "queue">): Route[] {
  return [
    defineRoute({
      ...GET_QUEUE,
      handle: async () => json(queueStateView(await queue.state())),
    }),
    defineRoute({
      ...LIST_WORKERS,
      handle: async () => json({ items: (await queue.workers()).map(workerView), nextCursor: null }),
    }),
    defineRoute({
      ...PAUSE_QUEUE,
      handle: async ({ body }) => json(queueStateView(await queue.pause(body))),
    }),
    defineRoute({
      ...RESUME_QUEUE,
      handle: async ({ body }) => json(queueStateView(await queue.resume(body))),
    }),
    defineRoute({
      ...SET_LIMITS,
      handle: async ({ body }) => json(queueStateView(await queue.setLimits(body, ""))),
    }),
  ];
}
