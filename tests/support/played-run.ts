import type { DurableRequest, DurableResult } from "../../src/domain/durable.ts";
import { completed } from "../../src/execution/durable/results.ts";
import type { AttemptResult, ClaimedJob } from "../../src/store/contract/jobs.ts";
import type { NewOperation, RunChange } from "../../src/store/contract/runs.ts";
import type { Store } from "../../src/store/contract/store.ts";
import { createRunProtection } from "../../src/workflow/run-protection.ts";
import { requestText } from "../../src/workflow/stored-request.ts";

/** What a played run needs of a server: its store, and what protects its texts. */
interface Stage {
  store: Pick<Store, "jobs" | "runs">;
  vault: Parameters<typeof createRunProtection>[0];
}

/** A run that a test plays in place of a worker, and writes to the store as its host would. */
export interface PlayedRun {
  jobId: number;
  executionId: number;
  /** Asks for something, and returns when it is in the journal. */
  open(number: number, request: DurableRequest, more?: Partial<NewOperation>): Promise<void>;
  /** Records what a step has returned. */
  record(number: number, name: string, value: unknown, more?: Partial<NewOperation>): Promise<void>;
  /** Appends items to the stream. */
  write(first: number, items: readonly unknown[]): Promise<void>;
  fallAsleep(open: readonly number[]): Promise<void>;
  end(result: AttemptResult): Promise<void>;
}

/** Claims a job for the worker `none`, which test servers without a worker have registered, with all others that are ready. */
export async function playRun({ store, vault }: Stage, jobId: number): Promise<PlayedRun> {
  const workerId = "none";
  const protection = createRunProtection(vault);
  const { claimed } = await store.jobs.completeAndClaim({ workerId, finished: [], capacity: 100 });
  const first = claimed.find(({ job }) => job.id === jobId);
  if (first === undefined) throw new Error(`job ${jobId} is not ready to be claimed`);
  const { executionId, job, claim }: ClaimedJob = first;
  let hasBegun = false;

  async function change(...changes: RunChange[]): Promise<void> {
    const begin: RunChange = { type: "begin", runKey: "played", seed: new Uint8Array(32), version: "1.0.0" };
    const all = hasBegun ? changes : [begin, ...changes];
    hasBegun = true;
    const run = { executionId, jobId: job.id, claim, changes: all };
    await store.jobs.completeAndClaim({ workerId, finished: [], runs: [run], capacity: 0 });
  }

  async function end(result: AttemptResult): Promise<void> {
    const now = Date.now();
    const times = { startedAt: now, finishedAt: now, usage: null };
    const attempt = { claimed: first as ClaimedJob, result, version: "1.0.0", ...times, logs: [], logsStored: 0 };
    const finished = [{ ...attempt, progress: null }];
    await store.jobs.completeAndClaim({ workerId, finished, capacity: 0 });
  }

  const operation = async (number: number, request: DurableRequest, more: Partial<NewOperation> = {}) => ({
    number,
    kind: request.kind,
    name: "name" in request ? request.name : request.kind,
    label: request.label ?? null,
    request: await protection.protect(requestText(request)),
    dueAt: null,
    undoes: null,
    ...more,
  });

  return {
    jobId: job.id,
    executionId,
    async open(number, request, more) {
      await change({ type: "open", operation: await operation(number, request, more) });
    },
    async record(number, name, value, more) {
      const result: DurableResult = completed(JSON.stringify(value));
      const stored = { ok: true, text: await protection.protect(JSON.stringify(result)) };
      const step = await operation(number, { kind: "step", name, occurrence: 1 }, more);
      await change({ type: "record", operation: step, attempts: 1, result: stored });
    },
    async write(at, items) {
      await change(
        ...items.map((value, index): RunChange => ({ type: "item", item: at + index, text: JSON.stringify(value) })),
      );
    },
    fallAsleep(open) {
      const asked = { open, operations: Math.max(0, ...open), readingsFrom: 1 };
      return end({
        kind: "asleep",
        image: new Uint8Array([1]),
        engine: "played",
        ...asked,
        workedMs: 1,
        paused: false,
      });
    },
    end,
  };
}
