import type { DurableError, DurableResult, MapRequest } from "../domain/durable.ts";
import { readText } from "../domain/shared-text.ts";
import { durableFailure } from "../execution/durable/failures.ts";
import { completed, failed } from "../execution/durable/results.ts";
import { defined } from "../lib/defined.ts";
import type { ChildEnd } from "../store/contract/child-end.ts";

/** A child that was cancelled without an error of its own. */
const CANCELLED = { code: "CANCELLED", message: "The job was cancelled." };

/** The job was deleted, which retention does not do while its parent may ask for the result. */
const GONE = { code: "JOB_NOT_FOUND", message: "The job that was called was deleted." };

/** Returns what a call resolves to or rejects with. @param task label of the child's task */
export function callResult(end: ChildEnd, task: string): DurableResult {
  if (end.status === "completed") return completed(readText(end.outputJson ?? "null"));
  if (end.status === "gone") return failed(durableFailure(GONE, { task, jobId: String(end.jobId) }));
  const { jobId, executionId, version } = end;
  const call = defined({
    task,
    version: version ?? undefined,
    jobId: String(jobId),
    executionId: executionId === null ? undefined : String(executionId),
  });
  return failed(durableFailure(end.error ?? CANCELLED, call));
}

/**
 * Returns what a map resolves to or rejects with.
 * @param ends in the order of the items that were started
 * @param task label of the children's task
 * @param refused items that were not started, by their index
 */
export function mapResult(
  { onError, inputs }: MapRequest,
  ends: readonly ChildEnd[],
  { task, refused }: { task: string; refused: Readonly<Record<string, DurableError>> },
): DurableResult {
  const failure = onError === "fail" ? ends.find(({ status }) => status === "failed" || status === "gone") : undefined;
  if (failure !== undefined) return callResult(failure, task);
  let next = 0;
  const outputs = inputs.map((_, index) => {
    const error = refused[index];
    if (error !== undefined) return errorItem(error);
    const end = ends[next++];
    if (end === undefined) return "null";
    const result = callResult(end, task);
    return result.ok ? (result.json ?? "null") : errorItem(result.error);
  });
  return completed(`[${outputs.join(",")}]`);
}

function errorItem({ name, message, code }: DurableError): string {
  return JSON.stringify({ error: defined({ name, message, code }) });
}
