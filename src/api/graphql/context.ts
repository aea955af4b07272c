import DataLoader from "dataloader";
import type { ExecutionDetail, ExecutionRecord } from "../../domain/execution-record.ts";
import type { Touched } from "../../domain/ledger.ts";
import type { Caller } from "../../domain/principal.ts";
import { utf8Length } from "../../domain/shared-text.ts";
import type { Vault } from "../../secrets/vault.ts";
import type { EventFeed } from "../../service/events/event-feed.ts";
import type { LogFeed } from "../../service/logs/log-feed.ts";
import type { Waiting } from "../../service/runs/waiting.ts";
import type { LimitedViews } from "../../service/scope/limited-views.ts";
import type { Services } from "../../service/services.ts";
import type { TaskContract } from "../../service/tasks/task-contract.ts";
import type { Stats } from "../../store/contract/control.ts";
import type { Store } from "../../store/contract/store.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { ReadinessCheck } from "../dependencies.ts";
import type { AuditTrail } from "../http/audit-trail.ts";
import { type Budget, createBudget } from "./budget.ts";

/** What GraphQL needs. */
export interface GraphqlDependencies {
  services: Services;
  feed: EventFeed;
  logFeed: LogFeed;
  /** Used by the loaders, which batch the reads of one operation. */
  store: Pick<Store, "tasks" | "jobs" | "executions" | "stats">;
  /** The services, the feed and the store for callers who are limited to some tasks. */
  limitedTo: LimitedViews;
  readiness: () => Promise<readonly ReadinessCheck[]>;
  logger: Logger;
  /** Masks secrets in errors. */
  vault: Pick<Vault, "latest">;
  /** Has changes and refusals written to the audit log. */
  trail: Pick<AuditTrail, "change" | "refuseField">;
}

/** What resolvers receive. Each operation has its own, so that it never sees data older than itself. */
export interface GraphqlContext extends GraphqlDependencies {
  loaders: Loaders;
  budget: Budget;
  caller: Caller;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

/** Loaders. Each collects the keys of one turn and reads them from the store at once. */
export interface Loaders {
  task: DataLoader<number, TaskRecord | undefined>;
  stats: DataLoader<number, Stats | undefined>;
  contract: DataLoader<TaskRecord, TaskContract, string>;
  executionsOfJob: DataLoader<number, ExecutionRecord[]>;
  /** What the runs of executions wait for. */
  waiting: DataLoader<number, readonly Waiting[]>;
  execution: DataLoader<number, ExecutionDetail | undefined>;
  /** What executions have touched; undefined if that is nothing. */
  touched: DataLoader<number, Touched | undefined>;
}

/** Maximum number of keys in a batch. */
const MAX_BATCH = 500;

/** Maximum number of contracts that are read at once. */
const MAX_CONTRACTS = 10;

/** Creates the context of one operation. */
export function createContext(
  deps: GraphqlDependencies,
  { signal, caller }: Pick<GraphqlContext, "signal" | "caller">,
): GraphqlContext {
  const budget = createBudget();
  const labels = caller.principal?.tasks;
  const seen = labels === undefined ? deps : { ...deps, ...deps.limitedTo(labels) };
  return { ...seen, signal, caller, budget, loaders: createLoaders(seen, budget) };
}

/** Creates empty loaders. */
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
    waiting: new DataLoader(
      async (ids) => {
        const found = await services.runs.waiting(ids);
        return ids.map((id) => found.get(id) ?? []);
      },
      { maxBatchSize: MAX_BATCH },
    ),
    touched: new DataLoader(
      async (ids) => {
        const found = await store.executions.touched(ids);
        for (const touched of found.values()) budget.spend(JSON.stringify(touched).length);
        return ids.map((id) => found.get(id));
      },
      { maxBatchSize: MAX_BATCH },
    ),
    execution: byId(async (ids) => {
      // The sizes are counted before reading, because two hundred details can be gigabytes. A single one has limits.
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
  return utf8Length(inputJson) + utf8Length(outputJson ?? "");
}
