import { ENDED_STATUSES, type ExecutionStatus } from "../../domain/execution-record.ts";
import type { Clock } from "../../lib/clock.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import type { FeedReader } from "../events/feed-reader.ts";

/** An item of the stream of a run. */
export interface StreamItem {
  /** Its number, from 0. */
  item: number;
  /** JSON. */
  text: string;
}

/** What a reader of a stream gets. */
export type ItemNews =
  | { kind: "items"; items: readonly StreamItem[] }
  /** Nothing has happened for a while. */
  | { kind: "quiet" }
  /** The execution has ended, and all items were read. */
  | { kind: "end"; status: ExecutionStatus };

/** Follows the stream of one run. It pulls, so that a slow one costs no memory. */
export interface ItemReader {
  /** Resolves when there is something new; undefined after the end. Call it again only after it has resolved. */
  next(): Promise<ItemNews | undefined>;
  close(): void;
}

/** What a reader of items needs. */
export interface ItemReaderOptions {
  store: Pick<ServiceDependencies["store"], "runs" | "executions">;
  executionId: number;
  /** Number of the last item that was read. @default none */
  after?: number | undefined;
  /** Events of the execution: they tell when it ends. */
  events: FeedReader;
  clock: Pick<Clock, "after">;
}

/** Most items that are read at once. */
const ITEMS_AT_ONCE = 100;

/**
 * How long to wait before looking for items again, ms: first, and at most. Items have no events, because a run can write
 * thousands of them a second.
 */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Creates a reader. */
export function createItemReader({ store, executionId, after = -1, events, clock }: ItemReaderOptions): ItemReader {
  let last = after;
  let pauseMs = FIRST_PAUSE_MS;
  let isOver = false;
  /** News of the execution that are awaited. */
  let awaited: ReturnType<FeedReader["next"]> | undefined;

  const close = (): void => {
    isOver = true;
    events.close();
  };

  async function readItems(): Promise<ItemNews | undefined> {
    const items = await store.runs.items(executionId, last, ITEMS_AT_ONCE);
    last = items.at(-1)?.item ?? last;
    return items.length === 0 ? undefined : { kind: "items", items };
  }

  /** @returns false when the events end */
  async function news(): Promise<"event" | "quiet" | "pause" | "closed"> {
    awaited ??= events.next();
    let endPause = (): void => {};
    const paused = new Promise<"pause">((resolve) => {
      const timer = clock.after(pauseMs, () => resolve("pause"));
      endPause = () => timer.cancel();
    });
    const first = await Promise.race([awaited, paused]);
    endPause();
    if (first === "pause") return "pause";
    awaited = undefined;
    if (first === undefined) return "closed";
    return first.kind === "quiet" ? "quiet" : "event";
  }

  async function next(): Promise<ItemNews | undefined> {
    while (!isOver) {
      const [execution] = await store.executions.getMany([executionId]);
      // What was written before it ended is there when its end is.
      const items = await readItems();
      if (items !== undefined) {
        pauseMs = FIRST_PAUSE_MS;
        return items;
      }
      const status = execution?.status ?? "cancelled";
      if ((ENDED_STATUSES as readonly string[]).includes(status)) {
        close();
        return { kind: "end", status };
      }
      const what = await news();
      if (what === "closed") isOver = true;
      if (what === "quiet") return { kind: "quiet" };
      pauseMs = what === "pause" ? Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
    }
    return undefined;
  }

  return { next, close };
}
