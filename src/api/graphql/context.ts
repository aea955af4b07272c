import DataLoader from "dataloader";
import type { ExecutionDetail, ExecutionRecord } from "../../domain/execution-record.ts";
import type { EventFeed } from "../../service/events/event-feed.ts";
import type { Services } from "../../service/services.ts";
import type { TaskContract } from "../../service/tasks/task-contract.ts";
import type { Stats } from "../../store/contract/control.ts";
import type { Store } from "../../store/contract/store.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { ReadinessCheck } from "../dependencies.ts";
import { type Budget, createBudget } from "./budget.ts";

/** What GraphQL is made of. */
export interface GraphqlDependencies {
  services: Services;
  feed: EventFeed;
  /** Read by the loaders, which collect what one operation asks for. */
  store: Pick<Store, "tasks" | "jobs" | "executions" | "stats">;
  readiness: () => Promise<readonly ReadinessCheck[]>;
  logger: Logger;
}

/** What resolvers get. Each operation has one of its own, so that nothing it loads is older than it is. */
export interface GraphqlContext extends GraphqlDependencies {
  loaders: Loaders;
  budget: Budget;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

/** Each collects what is asked for in one turn and asks the store once. */
export interface Loaders {
  task: DataLoader<number, TaskRecord | undefined>;
  stats: DataLoader<number, Stats | undefined>;
  contract: DataLoader<TaskRecord, TaskContract, string>;
  executionsOfJob: DataLoader<number, ExecutionRecord[]>;
  execution: DataLoader<number, ExecutionDetail | undefined>;
}

/** Keys of one batch at most. */
const MAX_BATCH = 500;

/** Contracts that are read at once. */
const MAX_CONTRACTS = 10;

export function createContext(deps: GraphqlDependencies, signal: AbortSignal): GraphqlContext {
  const budget = createBudget();
  return { ...deps, signal, budget, loaders: createLoaders(deps, budget) };
}

/** Loaders that have loaded nothing yet. */
export function createLoaders(deps: Pick<GraphqlDependencies, "store" | "services">, budget: Budget): Loaders {
  const { store, services } = deps;
  return {
    contract: new DataLoader(
      (tasks) =>
        Promise.all(
          tasks.map(async (task) => {
            const contract = await services.tasks.contract(task);
            budget.spend(JSON.stringify([contract.inputSchema, contract.outputSchema]).length);
            return contract;
          }),
        ),
      { maxBatchSize: MAX_CONTRACTS, cacheKeyFn: ({ uuid, version }) => `${uuid} ${version}` },
    ),
    task: byId((ids) => store.tasks.getMany(ids)),
    stats: new DataLoader(
      async (ids) => {
        const found = await store.stats.readMany(ids);
        return ids.map((id) => found.get(id));
      },
      { maxBatchSize: MAX_BATCH },
    ),
    executionsOfJob: new DataLoader(
      async (jobIds) => {
        const found = Map.groupBy(await store.executions.ofJobs(jobIds), ({ jobId }) => jobId);
        return jobIds.map((id) => found.get(id) ?? []);
      },
      { maxBatchSize: MAX_BATCH },
    ),
    execution: byId(async (ids) => {
      // Before they are read: two hundred of them may have gigabytes. A single one has its own limits.
      if (ids.length > 1) budget.spend(await store.executions.detailBytes(ids));
      const details = await store.executions.details(ids);
      if (ids.length === 1) budget.spend(details[0] === undefined ? 0 : bytesOf(details[0]));
      return details;
    }),
  };
}

function byId<T extends { id: number }>(
  read: (ids: readonly number[]) => Promise<T[]>,
): DataLoader<number, T | undefined> {
  return new DataLoader(
    async (ids) => {
      const found = new Map((await read(ids)).map((item) => [item.id, item]));
      return ids.map((id) => found.get(id));
    },
    { maxBatchSize: MAX_BATCH },
  );
}

function bytesOf({ inputJson, outputJson }: ExecutionDetail): number {
  return Buffer.byteLength(inputJson) + Buffer.byteLength(outputJson ?? "");
}
