import { join } from "node:path";
import { NO_USAGE } from "../../../domain/execution.ts";
import type { JsonValue } from "../../../domain/json.ts";
import { ledgerOf } from "../../../domain/ledger.ts";
import type { SecretValues } from "../../../domain/secret.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import { checkInput, type ExecuteRequest, execute } from "../../../execution/execute.ts";
import type { LedgerSum } from "../../../execution/ledger/merge.ts";
import type { ExecuteLine, LineEnd } from "./line-durable.ts";
import type { RateGate } from "./rate-gate.ts";

/** Makes one attempt to execute the task for one line. The first attempt is 1. */
export type RunAttempt = (input: JsonValue, line: number, attempt: number) => Promise<LineEnd>;

/** Returns the execution of a line, without its input. */
export type LineRequest = (line: number, attempt: number) => Omit<ExecuteRequest, "input">;

/** Executes the task. */
export function executeLine(request: LineRequest, durably: ExecuteLine): RunAttempt {
  return (input, line, attempt) => durably({ ...request(line, attempt), input }, execute);
}

/** Executes the task, and records the run for line N in the folder `line-N` of a folder. */
export async function recordLine(
  request: LineRequest,
  durably: ExecuteLine,
  { dir, known }: { dir: string; known: SecretValues },
): Promise<RunAttempt> {
  const { prepareRecordingFolder, recordExecution } = await import("./recorded-run.ts");
  prepareRecordingFolder(dir);
  return async (input, line, attempt) => {
    const folder = join(dir, `line-${line}`);
    return durably(
      { ...request(line, attempt), input },
      async (next) => (await recordExecution(next, folder, known)).result,
    );
  };
}

/** Executes the task, and adds what each attempt touches to a sum. */
export function withLedger(run: RunAttempt, sum: LedgerSum): RunAttempt {
  return async (input, line, attempt) => {
    const result = await run(input, line, attempt);
    sum.add(ledgerOf(result.touched, result.usage));
    return result;
  };
}

/** Only checks the input. */
export function checkLine(task: TaskDefinition): RunAttempt {
  return async (input) => {
    try {
      await checkInput(task, input);
      return { status: "completed", outputJson: "null", usage: NO_USAGE };
    } catch (error) {
      return { status: "failed", error: toRatchetError(error), usage: NO_USAGE };
    }
  };
}

/** How lines are retried. */
export interface LineRetry {
  task: TaskDefinition;
  maxRetries: number;
  rate: RateGate | undefined;
}

/** Makes another attempt after an error that may pass, with the delays of the task's retry policy. */
export async function withRetries(run: RunAttempt, { task, maxRetries, rate }: LineRetry): Promise<RunAttempt> {
  const { DEFAULT_BACKOFF, decideRetry } = await import("../../../execution/retry-decision.ts");
  return async (input, line, first) => {
    for (let attempt = first; ; attempt++) {
      const result = await run(input, line, attempt);
      if (result.status === "completed") return result;
      const decision = decideRetry({
        error: result.error,
        retries: attempt - 1,
        maxRetries,
        policy: task.metadata.retry,
        defaults: { maxRetries, backoff: DEFAULT_BACKOFF },
        random: Math.random(),
      });
      if (!decision.retry) return result;
      await new Promise((resolve) => setTimeout(resolve, decision.delayMs));
      await rate?.wait();
    }
  };
}
