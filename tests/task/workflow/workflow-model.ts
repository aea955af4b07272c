/** A step of a random workflow. Its task returns the name of the step, or fails with an error of that name. */
export interface ModelStep {
  name: string;
  kind: "task" | "output" | "parallel" | "sleep";
  after: string[];
  if: boolean;
  fails: boolean;
  onError: "fail" | "continue" | { goTo: string };
  compensate: boolean;
  branches: ModelBranch[];
}

/** A task inside a parallel step. */
export interface ModelBranch {
  name: string;
  fails: boolean;
  continues: boolean;
  compensate: boolean;
}

type Status = "waiting" | "open" | "completed" | "failed" | "skipped";

/** An operation that is open: the path of its step. */
type Path = string;

/** What the model says of a run so far. */
export interface ModelState {
  status: Map<string, Status>;
  /** Operations that have begun, in the order in which they may begin together. */
  open: Set<Path>;
  /** How the branches of open parallel steps ended. */
  branches: Map<Path, "completed" | "failed" | "cancelled">;
  /** The first error of each open parallel step. */
  firstErrors: Map<string, string>;
  /** Steps and branches with a compensation that have completed, in order. */
  undoable: Path[];
  /** The error with which the run ends. */
  failure: string | undefined;
}

/** The semantics of workflows, written down in the plainest way: what must hold is computed again after each event. */
export function newModel(steps: readonly ModelStep[]): ModelState {
  const state: ModelState = {
    status: new Map(steps.map(({ name }) => [name, "waiting"])),
    open: new Set(),
    branches: new Map(),
    firstErrors: new Map(),
    undoable: [],
    failure: undefined,
  };
  advance(steps, state);
  return state;
}

/** An operation has ended. @param isCancelled it was withdrawn before it had ended */
export function operationEnded(steps: readonly ModelStep[], state: ModelState, path: Path, isCancelled: boolean): void {
  state.open.delete(path);
  const [name = "", branchName] = path.split(".");
  const step = steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`there is no step ${path}`);
  if (branchName === undefined) {
    if (isCancelled) endStep(step, state, "CancelledError");
    else endStep(step, state, step.fails ? name : undefined);
  } else branchEnded(step, state, path, isCancelled);
  advance(steps, state);
}

function branchEnded(step: ModelStep, state: ModelState, path: Path, isCancelled: boolean): void {
  const branch = step.branches.find(({ name }) => path === `${step.name}.${name}`);
  if (branch === undefined) throw new Error(`there is no branch ${path}`);
  const failed = isCancelled || branch.fails;
  state.branches.set(path, isCancelled ? "cancelled" : branch.fails ? "failed" : "completed");
  if (!failed && branch.compensate) state.undoable.push(path);
  // A branch that was withdrawn does not go on after an error.
  const isError = failed && (isCancelled || !branch.continues || isWithdrawn(state, step));
  if (isError && !state.firstErrors.has(step.name)) {
    state.firstErrors.set(step.name, isCancelled ? "CancelledError" : path);
  }
  if (step.branches.every(({ name }) => state.branches.has(`${step.name}.${name}`))) {
    endStep(step, state, state.firstErrors.get(step.name));
  }
}

/** Have the operations of a step been withdrawn? */
export function isWithdrawn(state: ModelState, { name }: Pick<ModelStep, "name">): boolean {
  return state.failure !== undefined || state.firstErrors.has(name);
}

function endStep(step: ModelStep, state: ModelState, error: string | undefined): void {
  if (error === undefined) {
    state.status.set(step.name, "completed");
    if (step.compensate && step.kind === "task") state.undoable.push(step.name);
    return;
  }
  state.status.set(step.name, "failed");
  if (step.onError === "fail") state.failure ??= error;
}

/** Does a step depend on another one, however far? */
function dependsOn(steps: readonly ModelStep[], name: string, other: string): boolean {
  const after = steps.find((step) => step.name === name)?.after ?? [];
  return after.some((one) => one === other || dependsOn(steps, one, other));
}

function advance(steps: readonly ModelStep[], state: ModelState): void {
  const isEnded = (name: string) => ["completed", "failed", "skipped"].includes(state.status.get(name) ?? "");
  for (let isChanged = true; isChanged && state.failure === undefined; ) {
    isChanged = false;
    for (const step of steps) {
      if (state.status.get(step.name) !== "waiting") continue;
      const next = nextStatus(steps, state, step, isEnded);
      if (next === "waiting") continue;
      isChanged = true;
      state.status.set(step.name, next);
      if (next !== "open") continue;
      if (step.kind === "output") endStep(step, state, step.fails ? "ExpressionError" : undefined);
      else if (step.kind !== "parallel") state.open.add(step.name);
      else for (const { name } of step.branches) state.open.add(`${step.name}.${name}`);
      if (state.failure !== undefined) return;
    }
  }
}

function nextStatus(
  steps: readonly ModelStep[],
  { status }: ModelState,
  step: ModelStep,
  isEnded: (name: string) => boolean,
): Status {
  const failedOver = steps.filter(({ name, onError }) => typeof onError === "object" && status.get(name) === "failed");
  const isReplaced = failedOver.some(
    ({ name, onError }) =>
      typeof onError === "object" && onError.goTo !== step.name && dependsOn(steps, step.name, name),
  );
  if (isReplaced) return "skipped";
  const sources = steps.filter(({ onError }) => typeof onError === "object" && onError.goTo === step.name);
  if (sources.length > 0 && !sources.some(({ name }) => status.get(name) === "failed")) {
    return sources.every(({ name }) => isEnded(name)) ? "skipped" : "waiting";
  }
  if (!step.after.every(isEnded)) return "waiting";
  return step.if ? "open" : "skipped";
}
