import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { queueStateView, RATE } from "../resources/queue-state.ts";
import { TASK_REFERENCE } from "../resources/request-parts.ts";
import { workerView } from "../resources/worker-state.ts";

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
        count: { type: "integer", minimum: 1, maximum: 1_000_000, description: RATE.properties.count.description },
        periodMs: {
          type: "integer",
          minimum: 1,
          maximum: 31_622_400_000,
          description: RATE.properties.periodMs.description,
        },
      },
      required: ["count", "periodMs"],
      additionalProperties: false,
    },
  },
  additionalProperties: false,
} as const;

/** Routes that hold the queue back, or parts of it. */
export function queueControlRoutes({ queue }: Pick<Services, "queue">): Route[] {
  const STATE = { 200: { description: "Pauses and limits, as they are now.", schema: "QueueState" } } as const;
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/queue",
      access: "read",
      id: "getQueue",
      tag: "queue",
      summary: "Pauses and limits of the queue",
      description: "Returns every pause and every limit that holds now.",
      responses: STATE,
      handle: async () => json(queueStateView(await queue.state())),
    }),
    defineRoute({
      method: "GET",
      path: "/api/v1/workers",
      access: "read",
      id: "listWorkers",
      tag: "queue",
      summary: "List the processes that work on the queue, with what they run",
      description: "At most 1,000 executions are listed, the latest of all workers together.",
      responses: { 200: { description: "The workers.", schema: "WorkerPage" } },
      handle: async () => json({ items: (await queue.workers()).map(workerView), nextCursor: null }),
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/queue/pause",
      access: "admin",
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
      responses: STATE,
      handle: async ({ body }) => json(queueStateView(await queue.pause(body))),
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/queue/resume",
      access: "admin",
      id: "resumeQueue",
      tag: "queue",
      summary: "Start jobs again, of one task or of all; harmless when it is not paused",
      description: "Jobs that waited start in their order.",
      body: { type: "object", properties: { task: TASK_REFERENCE }, additionalProperties: false },
      bodyRequired: false,
      bodyExample: { task: "addition" },
      problems: [404],
      responses: STATE,
      handle: async ({ body }) => json(queueStateView(await queue.resume(body))),
    }),
    defineRoute({
      method: "PUT",
      path: "/api/v1/queue/limits",
      access: "admin",
      id: "setLimits",
      tag: "queue",
      summary: "Limit how many jobs run at once and how often they start",
      description:
        "Replaces the limits of one task, one concurrency key or all keys; without any limit, what was set is removed.",
      body: LIMITS,
      bodyExample: { task: "addition", concurrency: 4, rate: { count: 100, periodMs: 60_000 } },
      problems: [404],
      responses: STATE,
      handle: async ({ body }) => json(queueStateView(await queue.setLimits(body))),
    }),
  ];
}
