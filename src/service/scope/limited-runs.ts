import { noApproval, noExecution, noJob } from "../../domain/not-found.ts";
import type { Approval } from "../../store/contract/approvals.ts";
import type { ExecutionStore } from "../../store/contract/executions.ts";
import type { JobStore } from "../../store/contract/jobs.ts";
import type { RunStore } from "../../store/contract/runs.ts";
import type { NewSignal } from "../../store/contract/signals.ts";
import type { TaskScope } from "./task-scope.ts";

/** The stores within a scope that runs are found by. */
interface SeenThings {
  executions: Pick<ExecutionStore, "getMany">;
  jobs: Pick<JobStore, "get">;
}

/** Runs and approvals within a scope. */
export function limitedRuns(runs: RunStore, scope: TaskScope, { executions, jobs }: SeenThings): RunStore {
  const { labels } = scope;
  const isSeen = async (executionId: number) => (await executions.getMany([executionId])).length > 0;
  const seen = async (approval: Approval | undefined) =>
    approval === undefined ? undefined : (await scope.only([approval]))[0];
  /** Returns a method that finds nothing in runs that are not seen. */
  const within =
    <Rest extends readonly unknown[], Item>(method: (executionId: number, ...rest: Rest) => Promise<Item[]>) =>
    async (executionId: number, ...rest: Rest): Promise<Item[]> =>
      (await isSeen(executionId)) ? method(executionId, ...rest) : [];

  async function checkReceiver({ executionId, jobId }: NewSignal): Promise<void> {
    if (executionId !== undefined && !(await isSeen(executionId))) throw noExecution(executionId);
    if (jobId !== undefined && (await jobs.get(jobId)) === undefined) throw noJob(jobId);
  }

  return {
    ...runs,
    load: async (executionId) => ((await isSeen(executionId)) ? runs.load(executionId) : undefined),
    settlements: within(runs.settlements),
    depth: async (executionId) => ((await isSeen(executionId)) ? runs.depth(executionId) : 0),
    operations: within(runs.operations),
    waits: within(runs.waits),
    open: within(runs.open),
    items: within(runs.items),
    kept: async (jobId, ...rest) => ((await jobs.get(jobId)) === undefined ? [] : runs.kept(jobId, ...rest)),
    sent: async (jobId, ...rest) => ((await jobs.get(jobId)) === undefined ? undefined : runs.sent(jobId, ...rest)),
    async signal(signal) {
      await checkReceiver(signal);
      return runs.signal(signal);
    },
    approvals: (filter, page) => runs.approvals({ ...filter, labels }, page),
    approval: async (id) => seen(await runs.approval(id)),
    async decide(decision) {
      if ((await seen(await runs.approval(decision.id))) === undefined) throw noApproval(decision.id);
      return runs.decide(decision);
    },
  };
}
