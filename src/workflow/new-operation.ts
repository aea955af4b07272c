import type { ApproveRequest, CallRequest, DurableRequest, MapRequest } from "../domain/durable.ts";
import type { NewJob } from "../domain/job.ts";
import { defined } from "../lib/defined.ts";
import type { ClaimedJob } from "../store/contract/jobs.ts";
import type { NewOperation } from "../store/contract/runs.ts";
import type { PreparedChild } from "./run-host-options.ts";

/** What an operation is called in lists: its step, signal, event or task, or the title of an approval. */
export function nameOf(request: DurableRequest): string {
  switch (request.kind) {
    case "sleep":
      return new Date(request.until).toISOString();
    case "call":
    case "map":
      return request.task;
    case "approve":
      return request.title;
    default:
      return request.name;
  }
}

/** When an operation ends by the passing of time alone, ms since the epoch; null if never. */
export function dueAtOf(request: DurableRequest, now: number): number | null {
  if (request.kind === "sleep") return Math.ceil(request.until);
  const timeoutMs = "timeoutMs" in request ? request.timeoutMs : undefined;
  return timeoutMs === undefined ? null : Math.ceil(now + timeoutMs);
}

/** What is stored of an operation. @param stored its request as JSON, as it is stored */
export function newOperation(
  number: number,
  request: DurableRequest,
  { stored, dueAt }: { stored: string; dueAt: number | null },
): NewOperation {
  const operation: NewOperation = {
    number,
    kind: request.kind,
    name: nameOf(request),
    label: request.label ?? null,
    request: stored,
    dueAt,
    undoes: request.undoes ?? null,
  };
  if (request.kind === "approve") Object.assign(operation, approvalMembers(request));
  if (request.kind === "map") {
    operation.concurrency = request.concurrency;
    operation.failFast = request.onError === "fail";
  }
  if (request.kind === "call") {
    if (request.key !== undefined) operation.key = request.key;
    if (request.detached === true) operation.detached = true;
  }
  return operation;
}

function approvalMembers({ who }: ApproveRequest): Partial<NewOperation> {
  return who === undefined ? {} : { who: JSON.stringify(who) };
}

/** Adds to the job of a child what its call says about it, and what it has of the parent. */
export function childJob(
  { job, hasRetryPolicy }: PreparedChild,
  request: CallRequest | MapRequest,
  { job: parent }: ClaimedJob,
): NewJob {
  const child: NewJob = { ...job, priority: parent.priority };
  // A task that says nothing about retries is not retried: its caller sees the failure at once.
  if (request.retry === undefined && !hasRetryPolicy) child.maxRetries = 0;
  if (request.kind === "call" && (request.readers !== undefined || request.rows !== undefined)) {
    const { readers, rows } = request;
    child.stream = defined({ readers, rows });
  }
  if (request.retry !== undefined) {
    child.retry = request.retry;
    if (request.retry.maxRetries !== undefined) child.maxRetries = request.retry.maxRetries;
  }
  return child;
}
