import { callOptions, type Performance, type Undoable } from "./perform.ts";
import { evaluateJson, type Scope, type StepRecord } from "./values.ts";

/**
 * Undoes what has completed, the last first. When a compensation fails, the others run all the same.
 * @param partial what top-level steps that have not completed have of their outputs
 * @returns the errors of compensations that failed
 */
export async function compensate(run: Performance, partial: ReadonlyMap<string, unknown>): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const done of run.completed.reverse()) {
    const items = done.step.compensate?.perItem ? (done.items ?? []).toReversed() : [undefined];
    for (const item of items) {
      try {
        await undo(run, done, { ...scopeOf(run, done, partial), ...item });
      } catch (error) {
        failures.push(error);
      }
    }
  }
  return failures;
}

async function undo(run: Performance, { step, number }: Undoable, scope: Scope): Promise<void> {
  const { compensate } = step;
  if (compensate === undefined) return;
  const input = compensate.input === undefined ? {} : evaluateJson(compensate.input, scope);
  const options = callOptions(compensate, scope);
  const undoes = number === undefined ? {} : { undoes: number };
  await run.context.call(compensate.task, input ?? null, { ...options, label: step.path, ...undoes });
}

/** A compensation of a step inside another one sees what the step around it has of its output. */
function scopeOf(run: Performance, { step, top }: Undoable, partial: ReadonlyMap<string, unknown>): Scope {
  const { scope } = run;
  const record = scope.steps[top.name];
  if (step === top || record?.status === "completed" || !partial.has(top.name)) return { ...scope, path: step.path };
  const shown: StepRecord = { status: "failed", error: null, ...record, output: partial.get(top.name) };
  const steps: Record<string, StepRecord> = { __proto__: null, ...scope.steps } as unknown as Record<
    string,
    StepRecord
  >;
  steps[top.name] = shown;
  return { ...scope, steps, path: step.path };
}
