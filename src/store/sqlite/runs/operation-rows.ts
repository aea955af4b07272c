import {
  OPERATION_KINDS,
  OPERATION_STATES,
  type OperationKind,
  type OperationState,
  type StoredOperation,
} from "../../contract/runs.ts";

/** Numbers of the kinds of operations, as they are stored. */
export const KINDS = {
  sleep: 0,
  call: 1,
  map: 2,
  step: 3,
  wait: 4,
  approve: 5,
  emit: 6,
} as const satisfies Numbers<OperationKind>;

/** Numbers of the states of operations, as they are stored. */
export const STATES = { open: 0, completed: 1, failed: 2, cancelled: 3 } as const satisfies Numbers<OperationState>;

/** The result of a call or map that the host makes from its children. */
export const OF_CHILDREN = "";

type Numbers<Name extends string> = Readonly<Record<Name, number>>;

/** A row of `run_operations` as {@link OPERATION_COLUMNS} gives it. */
export interface OperationRow {
  execution_id: number;
  number: number;
  kind: number;
  state: number;
  position: number | null;
  attempts: number;
  due_at: number | null;
  child_job_id: number | null;
  children_left: number | null;
  detached: number;
  undoes: number | null;
  source_id: number | null;
  created_at: number;
  settled_at: number | null;
  name: string;
  label: string | null;
  request: string;
  result: string | null;
}

export const OPERATION_COLUMNS = `execution_id, number, kind, state, position, attempts, due_at, child_job_id,
  (SELECT children FROM run_maps m WHERE m.execution_id = run_operations.execution_id AND m.number = run_operations.number)
    AS children_left,
  detached, undoes, source_id, created_at, settled_at, name, label, request, result`;

export function operationFromRow(row: OperationRow): StoredOperation {
  return {
    executionId: row.execution_id,
    number: row.number,
    kind: kindName(row.kind),
    name: row.name,
    label: row.label,
    state: stateName(row.state),
    request: row.request,
    result: row.result,
    order: row.position,
    attempts: row.attempts,
    dueAt: row.due_at,
    childJobId: row.child_job_id,
    childrenLeft: row.children_left,
    undoes: row.undoes,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}

/** Whether the host makes the result of an operation from its children. */
export function isResultOfChildren({ kind, state, result }: Pick<OperationRow, "kind" | "state" | "result">): boolean {
  return (
    result === "" &&
    (kind === KINDS.call || kind === KINDS.map) &&
    (state === STATES.completed || state === STATES.failed)
  );
}

export function kindName(kind: number): OperationKind {
  return OPERATION_KINDS[kind] ?? "step";
}

function stateName(state: number): OperationState {
  return OPERATION_STATES[state] ?? "cancelled";
}
