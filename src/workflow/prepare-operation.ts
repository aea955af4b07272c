import type { DurableRequest, DurableResult, StepRequest } from "../domain/durable.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { checkRequest } from "../execution/durable/check-request.ts";
import { completed, failed } from "../execution/durable/results.ts";
import { schemaProblem } from "../execution/durable/signal-schema.ts";
import type { ClaimedJob } from "../store/contract/jobs.ts";
import type { NewOperation } from "../store/contract/runs.ts";
import { mapResult } from "./child-results.ts";
import { dueAtOf, newOperation } from "./new-operation.ts";
import { openChildren, startsJobs } from "./open-children.ts";
import type { OpenOperation } from "./open-operation.ts";
import type { RunHostOptions } from "./run-host-options.ts";
import type { RunJournal } from "./run-journal.ts";
import { requestText } from "./stored-request.ts";

/** For whom an operation is prepared. */
export interface PreparingHost {
  options: RunHostOptions;
  claimed: ClaimedJob;
  journal: RunJournal;
  /** Which task runs. Known before the guest asks for anything. */
  task: () => TaskDefinition;
  /** How many calls the run is nested in. */
  depth: () => Promise<number>;
}

/** An operation that can be stored. */
export interface PreparedOperation {
  operation: NewOperation;
  /** Undefined unless it has one at once. */
  result: DurableResult | undefined;
  open: OpenOperation;
}

/** Checks what a guest asks for, and makes of it what is stored. */
export async function prepareOperation(
  { options, claimed, journal, task, depth }: PreparingHost,
  number: number,
  request: Exclude<DurableRequest, StepRequest>,
): Promise<PreparedOperation> {
  const now = options.clock.now();
  const dueAt = dueAtOf(request, now);
  const wrong = checkRequest(request, now) ?? (await schemaProblem(request));
  let result = wrong === undefined ? undefined : failed(wrong);
  let children: NewOperation["children"];
  let refused: OpenOperation["refused"] = {};
  if (startsJobs(request) && result === undefined) {
    const opened = await openChildren(options, request, { claimed, task: task(), depth });
    if (!("jobs" in opened)) result = failed(opened);
    else if (opened.jobs.length > 0 || request.kind === "call") ({ jobs: children, refused } = opened);
    else result = mapResult(request, [], { task: request.task, refused: opened.refused });
  }
  const stored = await journal.protect(requestText(request, refused));
  const operation = newOperation(number, request, { stored, dueAt });
  if (children !== undefined) operation.children = children;
  if (request.kind === "emit" && result === undefined) {
    operation.emits = await journal.protect(`{"name":${JSON.stringify(request.name)},"value":${request.value}}`);
    result = completed();
  }
  if (result !== undefined) operation.result = await journal.stored(result);
  if (result !== undefined && request.kind === "call" && request.rows !== undefined) operation.unread = request.rows;
  return { operation, result, open: { request, refused, dueAt, attempts: 0 } };
}
