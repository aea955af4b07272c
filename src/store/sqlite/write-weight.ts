import type { LogEntry } from "../../domain/execution.ts";
import type { NewJob } from "../../domain/job.ts";
import type { Touched } from "../../domain/ledger.ts";
import type { KeptRecording } from "../../domain/recording.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { DirectExecutionEnd, NewDirectExecution } from "../contract/executions.ts";
import type { AttemptReport, FinishedAttempt } from "../contract/jobs.ts";

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
  return (
    recorded +
    (result.kind === "completed" ? lengthOf(result.outputJson) : 0) +
    linesWeight(logs) +
    ledgerWeight(touched)
  );
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
