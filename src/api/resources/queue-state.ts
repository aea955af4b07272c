import { timeText } from "../../lib/time-text.ts";
import type { QueueState } from "../../service/queue/queue-service.ts";
import type { LimitScope, PauseScope } from "../../store/contract/control.ts";
import { FLAG, ID, SIZE, TEXT, TEXT_OR_NULL, TIME } from "./parts.ts";
import { definePartialResource, defineResource, type Typed, type View } from "./resource.ts";

const OF_TASK = defineResource("One task.", { taskId: { ...ID, description: "Id of the task." } });
const OF_KEY = defineResource("One concurrency key.", { key: { ...TEXT, description: "The concurrency key." } });

const PAUSE_SCOPE: Typed<PauseScope> = { anyOf: [{ const: "all" }, OF_TASK] };
const LIMIT_SCOPE: Typed<LimitScope> = { anyOf: [{ const: "any key" }, OF_TASK, OF_KEY] };

/** A pause. */
export const PAUSE = defineResource("A pause.", {
  scope: { ...PAUSE_SCOPE, description: "What is paused: all jobs, or those of one task." },
  note: { ...TEXT_OR_NULL, description: "Why it was paused; null if no reason was given." },
  pausedAt: { ...TIME, description: "When it was paused." },
});

/** How often jobs start. */
export const RATE = defineResource("How often jobs may start.", {
  count: { ...ID, description: "Number of jobs that may start in each period." },
  periodMs: { ...SIZE, minimum: 1, description: "Length of a period, in ms." },
});

/** Limits of one scope. */
export const SCOPE_LIMITS = definePartialResource(
  "Limits of one scope.",
  {
    scope: {
      ...LIMIT_SCOPE,
      description: "What is limited: a task, a concurrency key, or every key that has no limits of its own.",
    },
    concurrency: { ...ID, description: "Maximum number of jobs that run at once." },
    rate: RATE,
  },
  ["concurrency", "rate"],
);

/** Pauses and limits of the queue. */
export const QUEUE_STATE = defineResource("Pauses and limits of the queue.", {
  paused: { ...FLAG, description: "Whether the whole queue is paused." },
  pauses: { type: "array", items: PAUSE, description: "All pauses, of the whole queue and of single tasks." },
  limits: { type: "array", items: SCOPE_LIMITS, description: "All limits on running jobs." },
});

/** The queue's state as REST shows it. */
export function queueStateView({ paused, pauses, limits }: QueueState): View<typeof QUEUE_STATE> {
  return {
    paused,
    pauses: pauses.map(({ scope, note, pausedAt }) => ({ scope, note, pausedAt: timeText(pausedAt) })),
    limits: limits.map(({ scope, limits: set }) => ({ scope, ...set })),
  };
}
