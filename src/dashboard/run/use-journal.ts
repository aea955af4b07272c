import type { ExecutionDetail, Operation } from "../../../dist/generated/api-types.ts";
import type { Api } from "../api/client.ts";
import type { Problem } from "../api/problem.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { aboutExecution } from "../detail/about.ts";

/** The journal of a run, as far as it is shown. */
export interface Journal {
  /** Undefined until it is loaded. Empty for an execution without a run. */
  operations: readonly Operation[] | undefined;
  /** Whether it has more operations. */
  isCut: boolean;
  problem: Problem | undefined;
  /** Loads it again. */
  reload(): void;
}

/** How many operations are shown at most: more than a person reads, and a graph can have. */
const MOST_OPERATIONS = 2_000;

/** Operations of one request. */
const PAGE = 1_000;

/** How often a run at work is looked at, in ms: an operation that begins has no event of its own. */
const REFRESH_MS = 2_000;

/** The journal of an execution without a run. */
export const NO_OPERATIONS: readonly Operation[] = [];

const ENDED: readonly string[] = ["completed", "failed", "cancelled"];

/** Has an execution or a job ended, so that nothing of it changes any more by itself? */
export function hasEnded(status: string): boolean {
  return ENDED.includes(status);
}

/** Loads the journal of an execution, and follows it. @param execution undefined until it is loaded */
export function useJournal(execution: Pick<ExecutionDetail, "id" | "status"> | undefined): Journal {
  const { api } = useApp();
  const { id = 0, status = "" } = execution ?? {};
  const { data, problem, reload } = useLoad(
    (signal) => load(api, id, signal),
    [id, status],
    status === "running"
      ? { on: ["execution.*"], matches: aboutExecution(id), every: REFRESH_MS, keep: true }
      : { on: ["execution.*"], matches: aboutExecution(id), keep: true },
  );
  return { operations: data?.operations, isCut: data?.isCut ?? false, problem, reload };
}

async function load(api: Api, id: number, signal: AbortSignal): Promise<Pick<Journal, "operations" | "isCut">> {
  const operations: Operation[] = [];
  let cursor: string | null = null;
  if (id === 0) return { operations, isCut: false };
  do {
    const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const page = await api.call("GET /api/v1/executions/:id/operations", { params: { id }, query, signal });
    operations.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && operations.length < MOST_OPERATIONS);
  return { operations, isCut: cursor !== null };
}
