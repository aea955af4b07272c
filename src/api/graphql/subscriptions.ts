import type { RatchetEvent } from "../../domain/events.ts";
import { Lru } from "../../lib/lru.ts";
import type { FeedReader } from "../../service/events/feed-reader.ts";
import { createBudget } from "./budget.ts";
import type { Builder } from "./builder.ts";
import { createLoaders, type GraphqlContext } from "./context.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Maximum size of the inputs that are read at once for one listener, in bytes. */
const MAX_READ = 4 * 1024 * 1024;

/** Maximum number of delivered ends that are remembered for a listener. */
const MAX_DELIVERED = 10_000;

/** Adds the subscriptions. They deliver the current state, so that several quick changes arrive as one. */
export function addSubscriptions(builder: Builder, types: ObjectTypes): void {
  builder.subscriptionType({
    fields: (t) => ({
      jobUpdates: t.field({
        type: types.job,
        description: "Delivers jobs when they change, in their current state. Several quick changes arrive as one.",
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
        description: "Delivers executions when they start, progress and end. Several quick changes arrive as one.",
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

/** Returns each id once, in the order of its last event, because several events about one item would deliver the same state. */
function lastOfEach(ids: readonly (number | null)[]): number[] {
  const last = new Set<number>();
  for (const id of ids) {
    if (id === null) continue;
    last.delete(id);
    last.add(id);
  }
  return [...last];
}

/** An item that ends, with the time in ms since the epoch. */
interface Ending {
  id: number;
  finishedAt: number | null;
}

/** Reads the items of events: those that still exist, up to a size. Also returns the events that are left. */
type Load<T> = (events: readonly RatchetEvent[]) => Promise<{ items: T[]; left: readonly RatchetEvent[] }>;

/** Delivers the items of events, read at delivery. It is not a generator, whose end would wait for the next event. */
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
  const delivered = new Lru<number, number>(MAX_DELIVERED, () => 1);
  /** An end is delivered once. Earlier events that are delivered after it would show it again. */
  const isNew = ({ id, finishedAt }: T) => {
    if (finishedAt === null) return true;
    if (delivered.get(id) === finishedAt) return false;
    delivered.set(id, finishedAt);
    return true;
  };
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      // One item per turn, so that a hundred slow listeners do not delay all others.
      await new Promise(setImmediate);
      while (ready.length === 0) {
        const events = waiting.length > 0 ? waiting : await nextEvents(reader);
        if (events === undefined) return { done: true, value: undefined };
        const { items, left } = await load(events);
        waiting = left;
        ready = items.filter(isNew).reverse();
        context.loaders = createLoaders(context, context.budget);
      }
      // New loaders for each delivery. Otherwise outputs would stay in memory for as long as the client listens.
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
