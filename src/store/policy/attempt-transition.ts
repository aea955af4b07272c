import type { Job, StoredError } from "../../domain/job.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { AttemptResult } from "../contract/jobs.ts";
import { missingUntil } from "./admission.ts";
import { GATES, type Gate, gateAt } from "./gates.ts";
import { rankOf } from "./rank.ts";

/** The result of an attempt that found no task. */
export type MissingTask = Extract<AttemptResult, { kind: "missing" }>;

/** How only runs end, other than for good. */
export type RunEnding = "asleep" | "renewed" | "attention";

/** An attempt result with all facts that its transition depends on. */
export type SettledResult =
  | Exclude<AttemptResult, { kind: "cancelled" | "missing" | RunEnding }>
  | Pick<MissingTask, "kind" | "error">;

/** What an attempt result does to the job and to its execution. */
export type Transition = { execution: ExecutionEnd; error: StoredError | null } & (
  | { kind: "end"; status: "completed" | "failed" | "cancelled" }
  | Return
);

/** How a job returns to the waiting ones. */
export interface Return {
  kind: "return";
  status: "retrying" | "queued";
  /** ms since the epoch. */
  runAt: number;
  /** null if the job keeps its rank. */
  rank: number | null;
  gate: Gate;
  /** Number of retries that this uses up. */
  retries: 0 | 1;
}

/** How the execution of an attempt ends. */
export interface ExecutionEnd {
  status: "completed" | "failed" | "cancelled";
  error: StoredError | null;
  outputJson: ShareableText | null;
}

/** The facts that decide about an attempt whose task was missing. Times are ms since the epoch. */
export interface MissingFacts {
  /** When the task or version disappeared; undefined if it is back. */
  since: number | undefined;
  /** The earliest time at which the job could have run. */
  runAt: number;
  waitMs: number;
  now: number;
}

/** Decides about an attempt that found no task. */
export function settleMissing(result: MissingTask, { since, runAt, waitMs, now }: MissingFacts): SettledResult {
  // The task came back in the meantime: another attempt may find it.
  if (since === undefined) return result.otherwise;
  return missingUntil(since, runAt, waitMs) > now ? result : { kind: "failed", error: result.error };
}

const HANDED_BACK: StoredError = { code: "CANCELLED", message: "The server was stopping; the job was handed back." };

/**
 * Decides what an attempt result does to its job.
 * @param level the index of the job's priority
 * @param now ms since the epoch
 */
export function transitionOf(result: SettledResult, job: Pick<Job, "runAt">, level: number, now: number): Transition {
  switch (result.kind) {
    case "completed": {
      const execution: ExecutionEnd = { status: "completed", error: null, outputJson: result.outputJson };
      return { kind: "end", status: "completed", error: null, execution };
    }
    case "failed":
      return { kind: "end", status: "failed", error: result.error, execution: failedWith(result.error) };
    case "stopped": {
      const execution: ExecutionEnd = { status: "cancelled", error: result.error, outputJson: null };
      return { kind: "end", status: "cancelled", error: null, execution };
    }
    case "retry": {
      const { runAt, error } = result;
      const rank = rankOf(runAt, level);
      const gate = gateAt(runAt, now);
      return { kind: "return", status: "retrying", runAt, rank, gate, retries: 1, error, execution: failedWith(error) };
    }
    case "released":
      return handBack(job.runAt, { status: "cancelled", error: HANDED_BACK, outputJson: null });
    case "missing":
      return handBack(job.runAt, failedWith(result.error));
  }
}

const failedWith = (error: StoredError): ExecutionEnd => ({ status: "failed", error, outputJson: null });

function handBack(runAt: number, execution: ExecutionEnd): Transition {
  return { kind: "return", status: "queued", runAt, rank: null, gate: GATES.ready, retries: 0, error: null, execution };
}
