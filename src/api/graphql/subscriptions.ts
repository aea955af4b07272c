import type { RatchetEvent } from "../../domain/events.ts";
import { Lru } from "../../lib/lru.ts";
import type { FeedReader } from "../../service/events/feed-reader.ts";
import { createBudget } from "./budget.ts";
import type { Builder } from "./builder.ts";
import { createLoaders, type GraphqlContext } from "./context.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Inputs that are read at once for one listener, bytes. */
const MAX_READ = 4 * 1024 * 1024;

/** Ends that a listener is remembered to have been told of. */
const MAX_TOLD = 10_000;

/** Adds the subscriptions. What they give is as it is when it is delivered: several quick changes come as one. */
export function addSubscriptions(builder: Builder, types: ObjectTypes): void {
  builder.subscriptionType({
    fields: (t) => ({
      jobUpdates: t.field({
        type: types.job,
        description: "Jobs that change, as they are when they are delivered: quick changes in a row come as one.",
        args: { jobId: t.arg.int({ required: false }), taskId: t.arg.int({ required: false }) },
        subscribe: (_root, { jobId, taskId }, context) =>
          changes(
            context,
            (event) => event.jobId !== null && event.type.startsWith("job.") && isOf(event, jobId, taskId),
            async (events) => {
              const ids = lastOfEach(events.map((event) => event.jobId));
              const { jobs, taken } = await context.store.jobs.firstOf(ids, MAX_READ);
              const byId = new Map(jobs.map((job) => [job.id, job]));
              const later = new Set(ids.slice(taken));
              return {
                items: ids.slice(0, taken).flatMap((id) => byId.get(id) ?? []),
                left: events.filter((event) => later.has(event.jobId ?? 0)),
              };
            },
          ),
        resolve: (job) => job,
      }),
      executionUpdates: t.field({
        type: types.execution,
        description: "Executions that start, progress and end; quick changes in a row come as one.",
        args: { jobId: t.arg.int({ required: false }), taskId: t.arg.int({ required: false }) },
        subscribe: (_root, { jobId, taskId }, context) =>
          changes(
            context,
            (event) => event.executionId !== null && isOf(event, jobId, taskId),
            async (events) => {
              const ids = lastOfEach(events.map((event) => event.executionId));
              const byId = new Map((await context.store.executions.getMany(ids)).map((one) => [one.id, one]));
              return { items: ids.flatMap((id) => byId.get(id) ?? []), left: [] };
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

/** Ids in the order in which each came last: several events about one thing, read together, would look the same. */
function lastOfEach(ids: readonly (number | null)[]): number[] {
  const last = new Set<number>();
  for (const id of ids) {
    if (id === null) continue;
    last.delete(id);
    last.add(id);
  }
  return [...last];
}

/** What has an end, ms since the epoch. */
interface Ending {
  id: number;
  finishedAt: number | null;
}

/** What events are about, as far as it is still kept and as much as is read at once; and the events that are left. */
type Load<T> = (events: readonly RatchetEvent[]) => Promise<{ items: T[]; left: readonly RatchetEvent[] }>;

/** What events are about, read when they are delivered. Not a generator: its end would wait for the next event. */
async function changes<T extends Ending>(
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
  const told = new Lru<number, number>(MAX_TOLD, () => 1);
  /** An end is told once: events that came before it may be delivered after it, and would show it again. */
  const isNew = ({ id, finishedAt }: T) => {
    if (finishedAt === null) return true;
    if (told.get(id) === finishedAt) return false;
    told.set(id, finishedAt);
    return true;
  };
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      // One thing a turn: a hundred slow listeners must not delay all others.
      await new Promise(setImmediate);
      while (ready.length === 0) {
        const events = waiting.length > 0 ? waiting : await nextEvents(reader);
        if (events === undefined) return { done: true, value: undefined };
        const { items, left } = await load(events);
        waiting = left;
        ready = items.filter(isNew).reverse();
        context.loaders = createLoaders(context, context.budget);
      }
      // An output is loaded for one delivery: it would be kept for as long as the client listens.
      context.budget = createBudget();
      context.loaders = { ...createLoaders(context, context.budget), task: context.loaders.task };
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
