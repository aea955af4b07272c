import type { LogEntry } from "../../domain/execution.ts";
import type { NewJob } from "../../domain/job.ts";
import type { Touched } from "../../domain/ledger.ts";
import type { KeptRecording } from "../../domain/recording.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { DirectExecutionEnd, NewDirectExecution } from "../contract/executions.ts";
import type { AttemptReport, AttemptResult, FinishedAttempt } from "../contract/jobs.ts";
import type { NewOperation, RunWrite } from "../contract/runs.ts";

/**
 * The weight of a write says how long it takes: the number of characters of its long values, with a row counted as
 * {@link ROW_WEIGHT}. A weight of 1024 * 1024 takes about 12 ms.
 */

/**
 * A new job takes about 20 µs, as long as 1.5 kB of text. It weighs less, because a batch that goes to the thread takes half as
 * long again: up to 1,000 jobs are written in one turn of 20 ms.
 */
const ROW_WEIGHT = 512;
/** A console line takes about 5 µs. */
const LINE_WEIGHT = 512;

/** One origin in a ledger is about so many characters. */
const ORIGIN_WEIGHT = 150;

const lengthOf = (text: ShareableText | null | undefined): number =>
  typeof text === "string" ? text.length : (text?.utf8.byteLength ?? 0);

export function jobWeight({ inputJson }: NewJob): number {
  return ROW_WEIGHT + lengthOf(inputJson);
}

export function attemptWeight({ result, logs, touched, recording }: FinishedAttempt): number {
  const recorded = recording === undefined ? 0 : recordingWeight(recording);
  return recorded + resultWeight(result) + linesWeight(logs) + ledgerWeight(touched);
}

function resultWeight(result: AttemptResult): number {
  switch (result.kind) {
    case "completed":
      return lengthOf(result.outputJson);
    case "renewed":
      return lengthOf(result.inputJson);
    case "asleep":
      return ROW_WEIGHT + result.image.byteLength;
    default:
      return 0;
  }
}

/** What a run records. Each change is about a row. */
export function runWeight({ changes }: RunWrite): number {
  return totalWeight(changes, (change) => {
    switch (change.type) {
      case "open":
        return operationWeight(change.operation);
      case "record":
        return operationWeight(change.operation) + change.result.text.length;
      case "postpone":
        return operationWeight(change.operation);
      case "settle":
      case "take":
        return ROW_WEIGHT + change.result.text.length;
      case "item":
      case "readings":
        return ROW_WEIGHT + change.text.length;
      default:
        return ROW_WEIGHT;
    }
  });
}

function operationWeight({ request, result, children = [] }: NewOperation): number {
  return ROW_WEIGHT + request.length + (result?.text.length ?? 0) + totalWeight(children, jobWeight);
}

export function reportWeight({ logs }: AttemptReport): number {
  return logs === undefined ? 0 : linesWeight(logs);
}

export function directWeight(execution: NewDirectExecution | DirectExecutionEnd): number {
  if ("inputJson" in execution) return lengthOf(execution.inputJson);
  const { recording } = execution;
  const recorded = recording === undefined ? 0 : recordingWeight(recording);
  return (
    recorded + lengthOf(execution.result.outputJson) + linesWeight(execution.logs) + ledgerWeight(execution.touched)
  );
}

function recordingWeight({ content }: KeptRecording): number {
  return ROW_WEIGHT + (content?.byteLength ?? 0);
}

function ledgerWeight(touched: Touched | undefined): number {
  return touched === undefined ? 0 : ROW_WEIGHT + touched.origins.length * ORIGIN_WEIGHT;
}

export function linesWeight(lines: readonly Pick<LogEntry, "message">[]): number {
  let weight = 0;
  for (const { message } of lines) weight += LINE_WEIGHT + message.length;
  return weight;
}

/** The weight of a write with many items. */
export function totalWeight<T>(items: readonly T[], weightOf: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += weightOf(item);
  return total;
}
