import type { NewJob } from "../../../src/domain/job.ts";
import type { AsleepResult, ClaimedJob, CompleteResult } from "../../../src/store/contract/jobs.ts";
import type { OperationResult } from "../../../src/store/contract/operation-result.ts";
import type { NewOperation, OperationKind, RunChange } from "../../../src/store/contract/runs.ts";
import type { Fixture } from "./fixture.ts";

/** What a run is on its way with: steps that most tests of runs take. */

/** An operation as a host asks for it. */
export function operation(number: number, kind: OperationKind, more: Partial<NewOperation> = {}): NewOperation {
  const request = JSON.stringify({ kind, number });
  return { number, kind, name: `${kind}-${number}`, label: null, request, dueAt: null, undoes: null, ...more };
}

export const open = (number: number, kind: OperationKind, more: Partial<NewOperation> = {}): RunChange => ({
  type: "open",
  operation: operation(number, kind, more),
});

/** A step whose function has returned a value. */
export const recorded = (number: number, json = "1", more: Partial<NewOperation> = {}): RunChange => ({
  type: "record",
  operation: operation(number, "step", more),
  attempts: 1,
  result: done(json),
});

export const done = (json: string): OperationResult => ({ ok: true, text: JSON.stringify({ ok: true, json }) });
export const failedWith = (message: string): OperationResult => ({
  ok: false,
  text: JSON.stringify({ ok: false, error: { name: "Error", message } }),
});

export const BEGIN: RunChange = { type: "begin", runKey: "key", seed: new Uint8Array([1, 2, 3]), version: "1.0.0" };

/** Writes changes of one run as its worker does. */
export async function write(
  s: Fixture,
  claimed: ClaimedJob,
  changes: readonly RunChange[],
  capacity = 0,
): Promise<CompleteResult> {
  const { executionId, job, claim } = claimed;
  const runs = [{ executionId, jobId: job.id, claim, changes }];
  return s.store.jobs.completeAndClaim({ workerId: job.workerId ?? "w1", finished: [], runs, capacity });
}

/** A job whose run has begun. */
export async function started(s: Fixture, changes: readonly RunChange[] = [], more: Partial<NewJob> = {}) {
  await s.enqueue(more);
  const claimed = await s.claimOne();
  const written = await write(s, claimed, [BEGIN, ...changes]);
  return { claimed, written };
}

export function asleep(openNumbers: readonly number[], more: Partial<AsleepResult> = {}): AsleepResult {
  const image = new Uint8Array([9, 8, 7]);
  const asked = { open: openNumbers, operations: Math.max(0, ...openNumbers), readingsFrom: 1 };
  return { kind: "asleep", image, engine: "engine-1", ...asked, workedMs: 5, paused: false, ...more };
}

/** A run that sleeps until one of the operations has a result. */
export async function sleeping(s: Fixture, changes: readonly RunChange[], more: Partial<NewJob> = {}) {
  const { claimed, written } = await started(s, changes, more);
  const numbers = changes.flatMap((change) => (change.type === "open" ? [change.operation.number] : []));
  const result = await s.complete(claimed, asleep(numbers));
  return { claimed, written, result };
}

/** The job of a claim as it is now. */
export async function jobOf(s: Fixture, { job }: ClaimedJob) {
  const found = await s.store.jobs.get(job.id);
  if (found === undefined) throw new Error(`job ${job.id} is gone`);
  return found;
}

/** The status of a job and of its latest execution. */
export async function statusOf(s: Fixture, claimed: ClaimedJob): Promise<string> {
  const job = await jobOf(s, claimed);
  const execution = await s.store.executions.get(job.executionId ?? 0);
  return `${job.status} ${execution?.status}`;
}
