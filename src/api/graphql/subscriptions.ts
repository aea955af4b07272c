import type { RatchetEvent } from "../../domain/events.ts";
import type { FeedReader } from "../event-feed.ts";
import { createBudget } from "./budget.ts";
import type { Builder } from "./builder.ts";
import { createLoaders, type GraphqlContext } from "./context.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Inputs that are read at once for one listener, bytes. */
const MAX_READ = 4 * 1024 * 1024;

/** Adds the subscriptions. What they give is as it is when it is delivered: several quick changes may look the same. */
export function addSubscriptions(builder: Builder, types: ObjectTypes): void {
  builder.subscriptionType({
    fields: (t) => ({
      jobUpdates: t.field({
        type: types.job,
        description: "Jobs that change, each time they do.",
        args: { jobId: t.arg.int({ required: false }), taskId: t.arg.int({ required: false }) },
        subscribe: (_root, { jobId, taskId }, context) =>
          changes(
            context,
            (event) => event.jobId !== null && event.type.startsWith("job.") && isOf(event, jobId, taskId),
            async (events) => {
              const ids = unique(events.map((event) => event.jobId));
              const { jobs, taken } = await context.deps.store.jobs.firstOf(ids, MAX_READ);
              const byId = new Map(jobs.map((job) => [job.id, job]));
              const later = new Set(ids.slice(taken));
              const end = events.findIndex((event) => later.has(event.jobId ?? 0));
              const looked = end === -1 ? events : events.slice(0, end);
              return { items: looked.map((event) => byId.get(event.jobId ?? 0)), taken: looked.length };
            },
          ),
        resolve: (job) => job,
      }),
      executionUpdates: t.field({
        type: types.execution,
        description: "Executions that start, progress and end.",
        args: { jobId: t.arg.int({ required: false }), taskId: t.arg.int({ required: false }) },
        subscribe: (_root, { jobId, taskId }, context) =>
          changes(
            context,
            (event) => event.executionId !== null && isOf(event, jobId, taskId),
            async (events) => {
              const ids = unique(events.map((event) => event.executionId));
              const byId = new Map((await context.deps.store.executions.getMany(ids)).map((one) => [one.id, one]));
              return { items: events.map((event) => byId.get(event.executionId ?? 0)), taken: events.length };
            },
          ),
        resolve: (execution) => execution,
      }),
    }),
  });
}

function isOf(event: RatchetEvent, jobId: number | null | undefined, taskId: number | null | undefined): boolean {
  return (jobId == null || event.jobId === jobId) && (taskId == null || event.taskId === taskId);
}

function unique(ids: readonly (number | null)[]): number[] {
  return [...new Set(ids.filter((id) => id !== null))];
}

/** What the first of some events are about, undefined where it is no longer kept; at least one of them was taken. */
type Load<T> = (events: readonly RatchetEvent[]) => Promise<{ items: readonly (T | undefined)[]; taken: number }>;

/** What events are about, read when they are delivered. Not a generator: its end would wait for the next event. */
async function changes<T>(
  context: GraphqlContext,
  matches: (event: RatchetEvent) => boolean,
  load: Load<T>,
): Promise<AsyncIterableIterator<T>> {
  const { feed, signal } = context;
  const reader = await feed.read({ matches });
  signal.addEventListener("abort", reader.close, { once: true });
  if (signal.aborted) reader.close();
  let waiting: readonly RatchetEvent[] = [];
  let ready: T[] = [];
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      while (ready.length === 0) {
        const events = waiting.length > 0 ? waiting : await nextEvents(reader);
        if (events === undefined) return { done: true, value: undefined };
        const { items, taken } = await load(events);
        waiting = events.slice(taken);
        ready = items.filter((item) => item !== undefined).reverse();
      }
      // What was loaded for earlier news is old, and would be kept for as long as the client listens.
      context.budget = createBudget();
      context.loaders = createLoaders(context.deps, context.budget);
      const value = ready.pop();
      return value === undefined ? { done: true, value: undefined } : { done: false, value };
    },
    async return() {
      reader.close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

/** @returns undefined at the end */
async function nextEvents(reader: FeedReader): Promise<readonly RatchetEvent[] | undefined> {
  for (;;) {
    const item = await reader.next();
    if (item === undefined) return undefined;
    if (item.kind === "events") return item.events;
  }
}
