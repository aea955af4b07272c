import type { RatchetEvent } from "../../domain/events.ts";
import type { FeedReader } from "../event-feed.ts";
import type { Builder } from "./builder.ts";
import { createLoaders, type GraphqlContext } from "./context.ts";
import type { ObjectTypes } from "./object-types.ts";

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
              const jobs = await context.deps.store.jobs.getMany(unique(events.map((event) => event.jobId)));
              const byId = new Map(jobs.map((job) => [job.id, job]));
              return events.map((event) => byId.get(event.jobId ?? 0));
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
              return events.map((event) => byId.get(event.executionId ?? 0));
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

/**
 * What events are about, read when they are delivered. Not a generator: the end of one would wait for the next event.
 * @param load gives one thing an event, undefined when it is no longer kept
 */
async function changes<T>(
  context: GraphqlContext,
  matches: (event: RatchetEvent) => boolean,
  load: (events: readonly RatchetEvent[]) => Promise<(T | undefined)[]>,
): Promise<AsyncIterableIterator<T>> {
  const { feed, signal } = context;
  const reader = await feed.read({ matches });
  signal.addEventListener("abort", reader.close, { once: true });
  if (signal.aborted) reader.close();
  let ready: T[] = [];
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      while (ready.length === 0) {
        const found = await nextEvents(reader);
        if (found === undefined) return { done: true, value: undefined };
        ready = (await load(found)).filter((item) => item !== undefined);
        // What was loaded for earlier news is old, and would be kept for as long as the client listens.
        context.loaders = createLoaders(context.deps);
      }
      const [value, ...rest] = ready;
      ready = rest;
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
