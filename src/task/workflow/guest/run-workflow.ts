import { compensate } from "./compensate.ts";
import type { DurableContext } from "./context.ts";
import {
  isCancellation,
  isSkipped,
  newOperations,
  type Operations,
  outputOf,
  type Performance,
  perform,
  withdrawAll,
} from "./perform.ts";
import type { Plan, PlannedStep } from "./plan.ts";
import { canStart, end, type GraphStep, goTo, newGraph, SKIPPED, type StepGraph } from "./step-graph.ts";
import { define, type Expression, evaluateJson, type StepRecord } from "./values.ts";

/** A run of a workflow. */
interface Run extends Performance {
  graph: StepGraph;
  operations: Operations;
  /** What steps that consist of others have of their outputs, by name. */
  partial: Map<string, unknown>;
  /** What was found out about the conditions of steps that read streams, before those steps start. */
  skipped: Map<GraphStep, boolean>;
  /** Why steps have failed before they had begun. */
  unstarted: Map<GraphStep, unknown>;
  /** Number of steps that have begun and not ended. */
  running: number;
  /** Set when a step has failed with which the run ends. */
  failure: { error: unknown } | undefined;
  /** Nothing is started any more, and nothing waited for. */
  isOver: boolean;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

/** Runs a workflow. @returns its output */
export function runWorkflow(
  plan: Plan,
  expressions: readonly Expression[],
  input: unknown,
  context: DurableContext,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const graph = newGraph(plan);
    proceed({
      scope: { plan, expressions, input, steps: graph.records },
      context,
      completed: [],
      graph,
      operations: newOperations(),
      partial: new Map(),
      skipped: new Map(),
      unstarted: new Map(),
      running: 0,
      failure: undefined,
      isOver: false,
      resolve,
      reject,
    });
  });
}

/** Starts what can start. Not recursive: a chain may have thousands of steps. */
function proceed(run: Run): void {
  const { graph } = run;
  for (let next = 0; next < graph.ready.length; next++) {
    if (run.failure !== undefined || run.isOver) return;
    const step = graph.ready[next];
    if (step !== undefined && canStart(step)) start(run, step);
  }
  graph.ready.length = 0;
  if (run.failure === undefined && graph.left === 0 && !run.isOver) finish(run);
}

function start(run: Run, starting: GraphStep): void {
  const step = plannedStep(run, starting);
  const goesOn = step.onError === "continue";
  try {
    if (run.skipped.get(starting) ?? isSkipped(step, run.scope)) return end(run.graph, starting, SKIPPED);
    // Nothing has to be waited for.
    if (step.kind === "output") return end(run.graph, starting, completed(outputOf(step, run.scope)));
    if (starting.group !== undefined) connect(run, starting, step);
  } catch (error) {
    run.unstarted.set(starting, error);
    return fail(run, { failed: starting, error, goesOn });
  }
  starting.state = "running";
  run.running += 1;
  const ended = (error: unknown) => {
    run.running -= 1;
    fail(run, { failed: starting, error, goesOn });
    afterStep(run);
  };
  try {
    const keep = (value: unknown) => run.partial.set(step.name, value);
    perform(run, step, { top: step, operations: run.operations, keep }).then((output) => {
      run.running -= 1;
      end(run.graph, starting, completed(output));
      afterStep(run);
    }, ended);
  } catch (error) {
    run.running -= 1;
    run.unstarted.set(starting, error);
    fail(run, { failed: starting, error, goesOn });
  }
}

function plannedStep({ scope }: Run, { index }: GraphStep): PlannedStep {
  return JSON.parse(scope.plan.steps[index] ?? "") as PlannedStep;
}

/**
 * Finds out how many steps read the stream of a step, and whether there is a stream for it to read: that of a step that is skipped is
 * empty.
 * @throws why the step whose stream it reads could not start
 */
function connect(run: Run, starting: GraphStep, { call }: PlannedStep): void {
  if (call === undefined) return;
  const { source, readers = [] } = starting;
  if (source?.state === "ended") {
    if (run.unstarted.has(source)) throw run.unstarted.get(source);
    delete call.rows;
    call.input = { literal: [] };
  }
  const count = readers.filter((reader) => reader.state === "waiting" && !willBeSkipped(run, reader)).length;
  if (count > 0) call.readers = count;
}

/** A condition that fails does so once more when the step starts. */
function willBeSkipped(run: Run, reader: GraphStep): boolean {
  try {
    run.skipped.set(reader, isSkipped(plannedStep(run, reader), run.scope));
    return run.skipped.get(reader) === true;
  } catch {
    return true;
  }
}

function completed(output: unknown): StepRecord {
  return { status: "completed", output, error: null };
}

function afterStep(run: Run): void {
  if (run.isOver) return;
  if (run.failure === undefined) proceed(run);
  else if (run.running === 0) void undo(run, run.failure.error);
}

/** A step that has failed. */
interface FailedStep {
  failed: GraphStep;
  error: unknown;
  /** Its `onError` is `continue`. */
  goesOn: boolean;
}

function fail(run: Run, { failed, error, goesOn }: FailedStep): void {
  const record: StepRecord = { status: "failed", output: null, error: describe(error) };
  if (run.failure !== undefined || run.isOver) return end(run.graph, failed, record);
  if (isCancellation(error)) {
    run.isOver = true;
    run.reject(error);
    return;
  }
  const target = run.graph.targets.get(failed);
  if (target !== undefined) goTo(run.graph, failed, target);
  end(run.graph, failed, record);
  if (target !== undefined || goesOn) return;
  run.failure = { error };
  nameStep(error, plannedStep(run, failed).name);
  withdrawAll(run.operations);
  if (run.running === 0) void undo(run, error);
}

/** Compensates what has completed, and ends the run. */
async function undo(run: Run, error: unknown): Promise<void> {
  run.isOver = true;
  const { names, records } = run.graph;
  for (const name of names) records[name] ??= SKIPPED;
  const failures = await compensate(run, run.partial);
  if (failures.length > 0) addCause(error, failures);
  run.reject(error);
}

/** Whoever reads of the failure wants to know which step it was. */
function nameStep(error: unknown, step: string): void {
  if (typeof error !== "object" || error === null || "step" in error) return;
  try {
    define(error, "step", step);
  } catch {
    // An expression has thrown an object that can't be changed.
  }
}

/** The run ends with its first error, behind which the failures of compensations are shown. */
function addCause(error: unknown, failures: readonly unknown[]): void {
  if (typeof error !== "object" || error === null || "cause" in error) return;
  const message = failures.length === 1 ? "a compensation failed" : `${failures.length} compensations failed`;
  define(error, "cause", new AggregateError(failures, message));
}

function finish(run: Run): void {
  const { output } = run.scope.plan;
  try {
    const value =
      output === undefined ? outputs(run.graph) : evaluateJson(output, { ...run.scope, steps: inFileOrder(run.graph) });
    run.isOver = true;
    run.resolve(value ?? null);
  } catch (error) {
    void undo(run, error);
  }
}

/** Expressions may list the steps, whose order must not depend on how long each of them took. */
function inFileOrder({ names, records }: StepGraph): Record<string, StepRecord> {
  const ordered = { __proto__: null } as unknown as Record<string, StepRecord>;
  for (const name of names) define(ordered, name, records[name]);
  return ordered;
}

function outputs({ names, records }: StepGraph): object {
  const found = {};
  for (const name of names) define(found, name, records[name]?.output);
  return found;
}

/** What expressions see of an error. */
function describe(error: unknown): object {
  if (typeof error !== "object" || error === null) return Object.freeze({ name: "Error", message: String(error) });
  const { name, message, code, data, status, call } = error as Record<string, unknown>;
  const described: Record<string, unknown> = { name: String(name ?? "Error"), message: String(message ?? "") };
  for (const [key, value] of Object.entries({ code, data, status, call })) {
    if (value !== undefined) described[key] = value;
  }
  return Object.freeze(described);
}
