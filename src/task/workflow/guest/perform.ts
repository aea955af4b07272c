import type { DurableContext, OperationOptions } from "./context.ts";
import type { PlannedCall, PlannedStep } from "./plan.ts";
import { asJson, define, evaluate, evaluateJson, expressionError, placeOf, type Scope } from "./values.ts";

/** The operations that are open on behalf of a step, or of the whole run. */
export interface Operations {
  /** The functions that withdraw those that are open. */
  readonly open: Set<() => void>;
  readonly inner: Set<Operations>;
  isWithdrawn: boolean;
}

/** A step that has completed and can be undone. */
export interface Undoable {
  step: PlannedStep;
  /** The top-level step that it is part of. */
  top: PlannedStep;
  /** Number of its operation, if the host numbers them. */
  number: number | undefined;
  /** The items of a step with `forEach` that have completed. */
  items?: { item: unknown; index: number }[];
}

/** A run of a workflow, as far as steps need it. */
export interface Performance {
  scope: Scope;
  context: DurableContext;
  completed: Undoable[];
}

/** Where a step runs. */
export interface StepPlace {
  top: PlannedStep;
  operations: Operations;
  /** Keeps what the top-level step has of its output so far. */
  keep(value: unknown): void;
}

/** Creates operations without any that is open. @param around those of the step around it */
export function newOperations(around?: Operations): Operations {
  const made: Operations = { open: new Set(), inner: new Set(), isWithdrawn: around?.isWithdrawn ?? false };
  around?.inner.add(made);
  return made;
}

/** Withdraws all operations that are open. Each settles as cancelled, or with its result if it has ended before. */
export function withdrawAll(operations: Operations): void {
  operations.isWithdrawn = true;
  for (const inner of operations.inner) withdrawAll(inner);
  for (const withdraw of [...operations.open]) withdraw();
}

/** Is an error the cancellation of the run itself? A child that was cancelled is named in its error. */
export function isCancellation(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, call } = error as { name?: unknown; call?: unknown };
  return name === "CancelledError" && call === undefined;
}

/**
 * Runs a step whose condition holds. Everything up to its first operation happens at once. Thousands of steps may wait at the same
 * time, so what each of them keeps is little: no more promises and closures than needed.
 * @returns its output; rejects with its error, whatever its `onError` says
 * @throws what an expression throws before the first operation
 */
export function perform(run: Performance, step: PlannedStep, place: StepPlace): Promise<unknown> {
  switch (step.kind) {
    case "task":
    case "workflow":
      return step.forEach === undefined ? callTask(run, step, place) : callForEach(run, step, place);
    case "switch":
      return performCase(run, step, place);
    case "parallel":
      return performBranches(run, step, place);
    case "output":
      return Promise.resolve(outputOf(step, run.scope));
    default:
      return performWait(run, step, place);
  }
}

function performWait(run: Performance, step: PlannedStep, place: StepPlace): Promise<unknown> {
  const { context } = run;
  const scope = { ...run.scope, path: step.path };
  const own = newOperation(place);
  const schema = step.schema === undefined ? {} : { schema: step.schema };
  const timeout = given(scope, step.timeout, "timeout");
  if (step.kind === "wait")
    return settled(context.waitFor(text(step, scope), { ...schema, ...timeout, ...ownOptions(step, own) }), own);
  if (step.kind === "approve") {
    const onTimeout = step.onTimeout === undefined ? {} : { onTimeout: step.onTimeout };
    const title = text(step, scope);
    return settled(
      context.approve({
        title,
        ...given(scope, step.who, "who"),
        ...schema,
        ...timeout,
        ...onTimeout,
        ...ownOptions(step, own),
      }),
      own,
    );
  }
  const end = step.subject === undefined ? 0 : evaluate(step.subject, scope);
  const slept = step.isEnd ? context.sleepUntil(end, ownOptions(step, own)) : context.sleep(end, ownOptions(step, own));
  return settled(slept, own, () => null);
}

/** The value of a step that is only a value. */
export function outputOf(step: PlannedStep, scope: Scope): unknown {
  const within = { ...scope, path: step.path };
  const value = step.value === undefined ? null : evaluateJson(step.value, within);
  return asJson(value, (problem) => {
    throw expressionError(within, problem, placeOf(step.value));
  });
}

/** Is the condition of a step false? */
export function isSkipped(step: PlannedStep, scope: Scope): boolean {
  return step.if !== undefined && !evaluate(step.if, { ...scope, path: step.path });
}

/** Returns the options of a call. */
export function callOptions({ version, retry, timeout }: PlannedCall, scope: Scope): Record<string, unknown> {
  return {
    ...(version === undefined ? {} : { version }),
    ...(retry === undefined ? {} : { retry }),
    ...given(scope, timeout, "timeout"),
  };
}

function given(scope: Scope, value: PlannedCall["timeout"], name: string): Record<string, unknown> {
  return value === undefined ? {} : { [name]: evaluate(value, scope) };
}

function text(step: PlannedStep, scope: Scope): string {
  return step.subject === undefined ? "" : String(evaluate(step.subject, scope));
}

/** An operation of a step. */
interface StepOperation {
  operations: Operations;
  /** Set once it has a number. */
  number: number | undefined;
  withdraw: (() => void) | undefined;
}

function newOperation({ operations }: StepPlace): StepOperation {
  return { operations, number: undefined, withdraw: undefined };
}

/** What a method gets besides its own options. */
function ownOptions(step: PlannedStep, operation: StepOperation): OperationOptions {
  return {
    label: step.path,
    numbered(number, withdraw) {
      operation.number = number;
      operation.withdraw = withdraw;
      operation.operations.open.add(withdraw);
    },
  };
}

/** Waits for an operation, which is among the open ones until then. @param use makes the output of its result */
function settled(
  result: Promise<unknown>,
  { operations, withdraw }: StepOperation,
  use: (value: unknown) => unknown = (value) => (value === undefined ? null : value),
): Promise<unknown> {
  return result.then(
    (value) => {
      if (withdraw !== undefined) operations.open.delete(withdraw);
      return use(value);
    },
    (error: unknown) => {
      if (withdraw !== undefined) operations.open.delete(withdraw);
      throw error;
    },
  );
}

function callTask(run: Performance, step: PlannedStep, place: StepPlace): Promise<unknown> {
  const { call, compensate } = step;
  if (call === undefined) return Promise.resolve(null);
  const scope = { ...run.scope, path: step.path };
  const { rows, readers } = call;
  const input = rows !== undefined ? [] : call.input === undefined ? {} : evaluateJson(call.input, scope);
  const own = newOperation(place);
  const options = {
    ...callOptions(call, scope),
    ...(rows === undefined ? {} : { rows }),
    ...(readers === undefined ? {} : { readers }),
    ...ownOptions(step, own),
  };
  const result = run.context.call(call.task, input ?? null, options);
  if (compensate === undefined) return settled(result, own);
  return settled(result, own, (output) => {
    run.completed.push({ step, top: place.top, number: own.number });
    return output;
  });
}

function callForEach(run: Performance, step: PlannedStep, place: StepPlace): Promise<unknown> {
  const { call, forEach } = step;
  if (call === undefined || forEach === undefined) return Promise.resolve(null);
  const scope = { ...run.scope, path: step.path };
  const items = evaluate(forEach, scope);
  if (!Array.isArray(items)) {
    throw expressionError(scope, `forEach needs a list, and this is ${kindOf(items)}`, placeOf(forEach));
  }
  const { input } = call;
  const inputs = items.map((item: unknown, index) => {
    const value = input === undefined ? item : evaluateJson(input, { ...scope, item, index });
    return value === undefined ? null : value;
  });
  const goesOn = step.onError === "continue";
  const own = newOperation(place);
  const options = {
    ...callOptions(call, scope),
    ...given(scope, step.concurrency, "concurrency"),
    onError: goesOn ? "continue" : "fail",
    ...ownOptions(step, own),
  };
  return settled(run.context.map(inputs, call.task, options), own, (result) => {
    const outputs = result as unknown[];
    if (step.compensate !== undefined) {
      const all = items.map((item: unknown, index) => ({ item, index }));
      const done = goesOn ? all.filter(({ index }) => !isFailedItem(outputs[index])) : all;
      run.completed.push({ step, top: place.top, number: own.number, items: done });
    }
    return goesOn ? outputs.map((output) => (isFailedItem(output) ? null : output)) : outputs;
  });
}

/** What `map` puts in the place of an item that has failed. */
function isFailedItem(output: unknown): boolean {
  if (typeof output !== "object" || output === null || Object.keys(output).join() !== "error") return false;
  const { error } = output as { error: unknown };
  if (typeof error !== "object" || error === null) return false;
  const { name, message } = error as { name?: unknown; message?: unknown };
  return typeof name === "string" && typeof message === "string";
}

function performCase(run: Performance, step: PlannedStep, place: StepPlace): Promise<unknown> {
  const value = step.value === undefined ? null : evaluate(step.value, { ...run.scope, path: step.path });
  const key = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  const chosen = step.cases?.find(([name]) => name === key)?.[1] ?? step.default;
  return chosen === undefined ? Promise.resolve(null) : performInner(run, chosen, place);
}

async function performBranches(run: Performance, step: PlannedStep, place: StepPlace): Promise<unknown> {
  const operations = newOperations(place.operations);
  const outputs: Record<string, unknown> = {};
  place.keep(outputs);
  const failures: unknown[] = [];
  const branches = (step.branches ?? []).map(async (branch) => {
    define(outputs, branch.name, null);
    const keep = (value: unknown) => define(outputs, branch.name, value);
    try {
      keep(await performInner(run, branch, { top: place.top, operations, keep }));
    } catch (error) {
      failures.push(error);
      if (failures.length === 1 && !operations.isWithdrawn) withdrawAll(operations);
    }
  });
  for (const branch of branches) await branch;
  place.operations.inner.delete(operations);
  if (failures.length > 0) throw failures[0];
  return outputs;
}

/** Runs a step inside another one. */
async function performInner(run: Performance, step: PlannedStep, place: StepPlace): Promise<unknown> {
  try {
    if (isSkipped(step, run.scope)) return null;
    return await perform(run, step, place);
  } catch (error) {
    if (step.onError !== "continue" || place.operations.isWithdrawn || isCancellation(error)) throw error;
    place.keep(null);
    return null;
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
