import { defined } from "../../lib/defined.ts";
import type { Stats } from "../../store/contract/control.ts";
import type { HistoryPeriod } from "../../store/contract/history.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";
import { type ServerCache, type ServerMemory, serverCaches, serverMemory } from "./server-memory.ts";
import { readStatsHistory, type StatsHistory } from "./stats-history.ts";

/** Stats of everything that is kept. */
export interface ServerStats extends Stats {
  /** Age of the oldest ready job, ms; null if no job is ready. */
  oldestReadyMs: number | null;
  /** Number of running direct executions. */
  directRunning: number;
  tasks: { total: number; enabled: number };
  schedules: { total: number; enabled: number };
  /** Number of server processes that run jobs. */
  workers: number;
  /** Absent for callers who may not see the server as a whole. */
  memory?: ServerMemory;
  caches?: ServerCache[];
}

/** Stats. They come from counters, so they cost the same however much is stored. */
export interface StatsService {
  server(): Promise<ServerStats>;
  /** Returns the stats of jobs and executions, of one task or of all. @throws {RatchetError} TASK_NOT_FOUND */
  ofJobs(task?: TaskReference): Promise<Stats>;
  /** Returns the stats over a period up to now, of one task or of all. @throws {RatchetError} TASK_NOT_FOUND */
  history(period: HistoryPeriod, task?: TaskReference): Promise<StatsHistory>;
  tasks(): Promise<{ total: number; enabled: number; inSync: number }>;
}

/** Creates the service of stats. */
export function createStatsService({
  store,
  direct,
  directRunning = async () => direct.running(),
  registry,
  resources,
}: Pick<ServiceDependencies, "store" | "direct" | "directRunning" | "registry" | "resources">): StatsService {
  return {
    async server() {
      const [stats, total, enabled, schedules, activeSchedules, workers, oldestReadyMs] = await Promise.all([
        store.stats.read(),
        store.tasks.count({}),
        store.tasks.count({ enabled: true }),
        store.schedules.count({}),
        store.schedules.count({ enabled: true }),
        store.workers.list(),
        store.stats.oldestReadyMs(),
      ]);
      return {
        ...stats,
        oldestReadyMs,
        directRunning: await directRunning(),
        tasks: { total, enabled },
        schedules: { total: schedules, enabled: activeSchedules },
        workers: workers.length,
        ...(resources && {
          memory: serverMemory(resources, store.usage()),
          caches: serverCaches(resources, registry.cache()),
        }),
      };
    },
    ofJobs: async (task) => store.stats.read(defined({ taskId: await taskIdOf(store.tasks, task) })),
    history: (period, task) => readStatsHistory({ store }, period, task),
    async tasks() {
      const [total, enabled, inSync] = await Promise.all([
        store.tasks.count({}),
        store.tasks.count({ enabled: true }),
        store.tasks.count({ inSync: true }),
      ]);
      return { total, enabled, inSync };
    },
  };
}
