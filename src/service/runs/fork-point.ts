import type { DurableRequest } from "../../domain/durable.ts";
import type { NewJob } from "../../domain/job.ts";
import { guestNumber, type RunStore, type StoredOperation } from "../../store/contract/runs.ts";
import { readRequest } from "../../workflow/stored-request.ts";

/** What a fork keeps of a journal, and what it does again. */
export interface ForkPoint {
  keep: NonNullable<NewJob["journal"]>["keep"];
  /** Names of steps that were done, are done again, and do not say that they may be. */
  repeated: string[];
}

/** Where a run is forked. */
interface Fork {
  from: string;
  /** Labels of the steps that are done again; undefined for a task that is code. */
  without: ReadonlySet<string> | undefined;
}

/** Operations that are read at once. */
const PAGE = 1_000;

/**
 * Finds what a fork keeps: of a workflow the steps that do not follow, of a task that is code the operations before the first one with
 * the name.
 * @returns undefined if nothing has the name
 */
export async function readForkPoint(
  runs: Pick<RunStore, "operations">,
  executionId: number,
  { from, without }: Fork,
): Promise<ForkPoint | undefined> {
  const done: { number: number; name: string }[] = [];
  let below: number | undefined;
  for await (const operation of operationsOf(runs, executionId)) {
    const number = guestNumber(operation.number);
    if (isNamed(operation, from)) below = Math.min(below ?? number, number);
    const isAgain = without === undefined || without.has(operation.label ?? "");
    if (isAgain && !mayRepeat(operation)) done.push({ number, name: operation.label ?? operation.name });
  }
  if (without === undefined && below === undefined) return undefined;
  const first = without === undefined ? (below ?? 0) : 0;
  const repeated = [...new Set(done.filter(({ number }) => number >= first).map(({ name }) => name))];
  return { keep: without === undefined ? { below: first } : { withoutLabels: [...without] }, repeated };
}

async function* operationsOf(
  runs: Pick<RunStore, "operations">,
  executionId: number,
): AsyncGenerator<StoredOperation, void> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: StoredOperation[] = await runs.operations(executionId, PAGE, after);
    yield* page;
    after = page.length < PAGE ? undefined : page.at(-1)?.number;
  }
}

const isNamed = ({ name, label }: StoredOperation, from: string): boolean => label === from || name === from;

/** An operation has no effect, or says with a policy for retries that it may be repeated. */
function mayRepeat({ kind, state, attempts, undoes, request }: StoredOperation): boolean {
  if (state !== "completed" || undoes !== null) return true;
  if (kind === "sleep" || kind === "wait" || kind === "approve") return true;
  // A step has run again only with a policy that allows it.
  if (kind === "step") return attempts > 1;
  return hasRetries(readRequest(request).request);
}

function hasRetries(request: DurableRequest): boolean {
  return "retry" in request && (request.retry?.maxRetries ?? 0) > 0;
}
