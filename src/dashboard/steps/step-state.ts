import type { Operation, WorkflowGraph } from "../../../dist/generated/api-types.ts";
import { elapsedMs, stateOf } from "../run/operation-words.ts";
import { pageOf, type Step } from "./step-words.ts";

/** What has become of a step in a run. */
export interface StepState {
  /** A word, such as completed, waiting or skipped. */
  status: string;
  /** How long it has taken so far; undefined if it has nothing to wait for, or has not begun. */
  ms: number | undefined;
  /** The page about it: the job of a call, else that of the task. */
  to: string | undefined;
}

/** What is known of a run. */
export interface KnownRun {
  /** Status of the execution. */
  status: string;
  operations: readonly Operation[];
  /** Ms since the epoch. */
  now: number;
}

const ENDED: readonly string[] = ["completed", "failed", "cancelled"];

/** Returns what has become of each step in a run, by the step's id. Steps without operations are judged by those around them. */
export function stepStates({ nodes, edges }: WorkflowGraph, run: KnownRun): ReadonlyMap<string, StepState> {
  const own = Map.groupBy(
    run.operations.filter(({ undoes }) => undoes === null),
    ({ label }) => label ?? "",
  );
  const undone = new Set(run.operations.flatMap(({ undoes }) => (undoes === null ? [] : [undoes])));
  const states = new Map<string, StepState>();
  for (const step of nodes) {
    const operations = own.get(step.id);
    if (operations !== undefined) states.set(step.id, ofOperations(step, operations, { undone, now: run.now }));
  }
  // The steps inside another come after it in the file, and those that depend on one too, as a rule.
  const inside = Map.groupBy(nodes, ({ parent }) => parent ?? "");
  const followers = Map.groupBy(edges, ({ from }) => from);
  for (const step of nodes.toReversed()) {
    if (states.has(step.id)) continue;
    const parts = (inside.get(step.id) ?? []).map(({ id }) => states.get(id)?.status ?? NOT_STARTED);
    const next = (followers.get(step.id) ?? []).some(({ to }) => hasBegun(states.get(to)?.status));
    states.set(step.id, { status: judged(step, { parts, next, ended: run.status }), ms: undefined, to: pageOf(step) });
  }
  for (const step of nodes) {
    const cases = inside.get(step.id) ?? [];
    if (step.kind === "switch") judgeCases(cases, states, hasPassed(step, { states, followers, ended: run.status }));
  }
  return states;
}

/** Whether a switch has chosen. */
function hasPassed(
  { id }: Step,
  known: { states: ReadonlyMap<string, StepState>; followers: ReadonlyMap<string, { to: string }[]>; ended: string },
): boolean {
  const { states, followers, ended } = known;
  const isDone = states.get(id)?.status === "completed" || ended === "completed";
  return isDone || (followers.get(id) ?? []).some(({ to }) => hasBegun(states.get(to)?.status));
}

/** Says what has become of cases that have recorded nothing: at most one of them has run. */
function judgeCases(cases: readonly Step[], states: Map<string, StepState>, hasChosen: boolean): void {
  const statusOf = ({ id }: Step) => states.get(id)?.status;
  const isRecorded = cases.some(({ id, kind }) => kind !== "output" && hasBegun(states.get(id)?.status));
  if (!isRecorded && !hasChosen) return;
  // A value is computed without an operation, and a condition may have left a case out.
  const possible = isRecorded ? [] : cases.filter(({ kind, if: condition }) => kind === "output" || condition !== null);
  const isSure = possible.length === 1 && possible[0]?.if === null && cases.some(({ isDefault }) => isDefault);
  for (const one of cases) {
    if (one.kind !== "output" && hasBegun(statusOf(one))) continue;
    const status = !possible.includes(one) ? "skipped" : isSure ? "completed" : "not recorded";
    states.set(one.id, { status, ms: undefined, to: pageOf(one) });
  }
}

const NOT_STARTED = "not started";

/** Statuses of steps that have nothing recorded and do not run any more. */
const LEFT_OUT: readonly string[] = [NOT_STARTED, "skipped", "not run", "not recorded"];

function hasBegun(status: string | undefined): boolean {
  return status !== undefined && !LEFT_OUT.includes(status);
}

function ofOperations(
  step: Step,
  operations: readonly Operation[],
  { undone, now }: { undone: ReadonlySet<number>; now: number },
): StepState {
  const [first] = operations;
  const shown = operations.find(({ state }) => state === "open") ?? operations.at(-1);
  if (first === undefined || shown === undefined) return { status: NOT_STARTED, ms: undefined, to: pageOf(step) };
  const isUndone = operations.some(({ number }) => undone.has(number));
  return {
    status: isUndone ? "undone" : stateOf(shown),
    ms: elapsedMs({ createdAt: first.createdAt, settledAt: shown.settledAt }, now),
    to: shown.jobId === null ? (step.kind === "approve" ? "/approvals" : pageOf(step)) : `/jobs/${shown.jobId}`,
  };
}

/** What is known around a step that has recorded nothing. */
interface Around {
  /** Statuses of the steps inside it. */
  parts: readonly string[];
  /** Whether a step that depends on it has begun. */
  next: boolean;
  /** Status of the execution. */
  ended: string;
}

function judged({ kind, if: condition }: Step, { parts, next, ended }: Around): string {
  const begun = parts.filter(hasBegun);
  if (begun.includes("failed")) return "failed";
  if (begun.length > 0) return begun.every((status) => ENDED.includes(status)) || next ? "completed" : "running";
  const isPassed = next || ended === "completed";
  if (!isPassed) return ENDED.includes(ended) ? "not run" : NOT_STARTED;
  // A value is computed without an operation. Whether a condition let it, nothing tells.
  return (kind === "output" || kind === "switch") && condition === null ? "completed" : "skipped";
}
