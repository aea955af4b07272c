import type { OperationResult } from "../../contract/operation-result.ts";
import type { NewOperation } from "../../contract/runs.ts";
import type { CarriedRun } from "./carried-run.ts";
import { insertOperation } from "./insert-operation.ts";
import { STATES } from "./operation-rows.ts";
import { settleOperation } from "./settle-operation.ts";

/** How often the function of a step has run, and its result; undefined if it runs again at the operation's `dueAt`. */
interface StepState {
  attempts: number;
  result?: OperationResult;
}

/** Stores a step whose function has run. */
export function storeStep(run: CarriedRun, operation: NewOperation, { attempts, result }: StepState): void {
  const { work, executionId, written } = run;
  const { number, dueAt } = operation;
  if (!insertOperation(run, operation, attempts)) {
    // It was postponed before.
    work.tx.sql.run(
      `UPDATE run_operations SET attempts = ?, due_at = ?
        WHERE execution_id = ? AND number = ? AND state = ${STATES.open}`,
      attempts,
      dueAt,
      executionId,
      number,
    );
  }
  if (result === undefined) return;
  if (!settleOperation(work, { executionId, number }, result)) written.late.push(number);
}
