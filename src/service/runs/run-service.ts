import { noExecution } from "../../domain/not-found.ts";
import type { Clock } from "../../lib/clock.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import type { EventFeed } from "../events/event-feed.ts";
import { type ForkedRun, type ForkRequest, forkRun } from "./fork-run.ts";
import { createItemReader, type ItemReader } from "./item-reader.ts";
import { type JournalPage, readJournal } from "./read-journal.ts";
import { type SignalOutcome, type SignalRequest, sendSignal } from "./send-signal.ts";
import { readWaiting, type Waiting } from "./waiting.ts";

/** A stream that a caller follows. */
export interface FollowRequest {
  executionId: number;
  /** Number of the last item that was read. @default none */
  after?: number | undefined;
  feed: EventFeed;
  clock: Pick<Clock, "after">;
}

/** Durable runs: what they wait for, what they have done and written, and signals for them. */
export interface RunService {
  /** @throws {RatchetError} as {@link sendSignal} */
  signal(request: SignalRequest): Promise<SignalOutcome>;
  /** Returns what the runs of executions wait for, by execution. */
  waiting(executionIds: readonly number[]): Promise<ReadonlyMap<number, readonly Waiting[]>>;
  /** Returns the journal of a run. @throws {RatchetError} as {@link readJournal} */
  operations(executionId: number, limit?: number, after?: number): Promise<JournalPage>;
  /** @throws {RatchetError} as {@link forkRun} */
  fork(executionId: number, request: ForkRequest, pointer: string): Promise<ForkedRun>;
  /**
   * Follows the stream of a run, from its beginning or after an item.
   * @throws {RatchetError} EXECUTION_NOT_FOUND, TOO_MANY_LISTENERS
   */
  follow(request: FollowRequest): Promise<ItemReader>;
}

/** Creates the service of runs. */
export function createRunService(deps: ServiceDependencies): RunService {
  const { store } = deps;
  return {
    signal: (request) => sendSignal(deps, request),
    waiting: (executionIds) => readWaiting(deps, executionIds),
    operations: (executionId, limit, after) => readJournal(deps, executionId, limit, after),
    fork: (executionId, request, pointer) => forkRun(deps, executionId, request, pointer),
    async follow({ executionId, after, feed, clock }) {
      const [execution] = await store.executions.getMany([executionId]);
      if (execution === undefined) throw noExecution(executionId);
      const events = await feed.read({
        matches: ({ type, executionId: of }) => of === executionId && type.startsWith("execution."),
      });
      return createItemReader({ store, executionId, after, events, clock });
    },
  };
}
