import type { RunRequest } from "../../../domain/job.ts";
import {
  guestNumber,
  KEPT_NUMBERS,
  type KeptSignal,
  type OpenOperation,
  type Settlement,
  type StoredOperation,
  type StoredRun,
} from "../../contract/runs.ts";
import type { Sql } from "../connection.ts";
import { LOADED_RESULT } from "./long-results.ts";
import {
  isResultOfChildren,
  KINDS,
  kindName,
  OPERATION_COLUMNS,
  type OperationRow,
  operationFromRow,
  STATES,
} from "./operation-rows.ts";
import { settlementOf } from "./settlements.ts";
import { keptSignals } from "./signal-rows.ts";

interface RunRow {
  job_id: number;
  run_key: string;
  seed: Uint8Array;
  worked_ms: number;
  items: number;
  version: string | null;
  request: RunRequest | null;
}

interface ImageRow {
  image: Uint8Array;
  engine: string;
  open: string;
  operations: number;
  message: number;
}

/** The columns of an operation, with its result if it is not long. */
const LOADED_COLUMNS = OPERATION_COLUMNS.replace(/\bresult$/, `${LOADED_RESULT} AS result`);

/** What a run needs to go on. Long results and long outputs of children are not read: see `long-results.ts`. */
export function loadRun(sql: Sql, executionId: number): StoredRun | undefined {
  const run = sql.get<RunRow>(
    `SELECT r.job_id, r.run_key, r.seed, r.worked_ms, r.items, coalesce(e.version, j.version) AS version, j.request
       FROM runs r JOIN executions e ON e.id = r.execution_id JOIN jobs j ON j.id = r.job_id WHERE r.execution_id = ?`,
    executionId,
  );
  if (run === undefined) return undefined;
  const image = sql.get<ImageRow>(
    `SELECT image, engine, open, operations, message FROM run_images JOIN engines ON engines.id = engine_id
      WHERE execution_id = ?`,
    executionId,
  );
  const rows = readNeeded(sql, executionId, image);
  const operations = rows.map(operationFromRow);
  return {
    executionId,
    version: run.version ?? "",
    runKey: run.run_key,
    seed: run.seed,
    image: image?.image ?? null,
    engine: image?.engine ?? null,
    workedMs: run.worked_ms,
    items: run.items,
    isCancelled: run.request === "cancel",
    isPausing: run.request === "pause",
    operations,
    settlements: rows.flatMap((row) => ofChildren(sql, row)),
    readings: readReadings(sql, executionId, image?.message ?? 0),
    kept: readKept(sql, run.job_id, operations),
  };
}

/** The operations that an image waits for and those since; all of them without an image. */
function readNeeded(sql: Sql, executionId: number, image: ImageRow | undefined): OperationRow[] {
  const select = `SELECT ${LOADED_COLUMNS} FROM run_operations WHERE execution_id = ?`;
  if (image === undefined) return sql.all<OperationRow>(`${select} ORDER BY number`, executionId);
  const { open, operations } = image;
  return [
    ...sql.all<OperationRow>(
      `${select} AND number <= ? AND number IN (SELECT value FROM json_each(?)) ORDER BY number`,
      executionId,
      operations,
      open,
    ),
    ...sql.all<OperationRow>(
      `${select} AND number > ? AND (number < ${KEPT_NUMBERS} OR label IS NOT NULL OR number % ${KEPT_NUMBERS} > ?)
        ORDER BY number`,
      executionId,
      operations,
      operations,
    ),
  ];
}

function ofChildren(sql: Sql, row: OperationRow): Settlement[] {
  const { position } = row;
  return position === null || !isResultOfChildren(row) ? [] : [settlementOf(sql, { ...row, position })];
}

function readReadings(sql: Sql, executionId: number, after: number): string[] {
  const query = "SELECT text FROM run_readings WHERE execution_id = ? AND message > ? ORDER BY message";
  return sql.all<{ text: string }>(query, executionId, after).map(({ text }) => text);
}

function readKept(sql: Sql, jobId: number, operations: readonly StoredOperation[]): Record<number, KeptSignal[]> {
  const waits = operations.filter(({ kind, state }) => kind === "wait" && state === "open");
  const kept = waits.map(({ number, name }): [number, KeptSignal[]] => [number, keptSignals(sql, jobId, name)]);
  return Object.fromEntries(kept.filter(([, signals]) => signals.length > 0));
}

/** The journal, in the order of the numbers. @param after the last number that was read */
export function readOperations(sql: Sql, executionId: number, limit: number, after = 0): StoredOperation[] {
  const query = `SELECT ${OPERATION_COLUMNS} FROM run_operations
    WHERE execution_id = ? AND number BETWEEN ? AND ? ORDER BY number LIMIT ?`;
  const newest = "SELECT max(number) AS number FROM run_operations WHERE execution_id = ?";
  const { number = 0 } = sql.get<{ number: number | null }>(newest, executionId) ?? {};
  const found: StoredOperation[] = [];
  // Each time that forks have kept operations has numbers of its own, which are in their order.
  for (let first = 0; first <= (number ?? 0); first += KEPT_NUMBERS) {
    const at = first + guestNumber(after);
    const from = at < after ? at : at + 1;
    const rows = sql.all<OperationRow>(query, executionId, from, first + KEPT_NUMBERS - 1, limit);
    found.push(...rows.map(operationFromRow));
  }
  return found.sort(byCall).slice(0, limit);
}

/** What was kept comes before what the run has done itself at the same number. */
function byCall(a: StoredOperation, b: StoredOperation): number {
  return guestNumber(a.number) - guestNumber(b.number) || b.number - a.number;
}

type OpenRow = Pick<OperationRow, "number" | "kind" | "due_at" | "child_job_id" | "name" | "label">;

/** SQL of {@link readOpen}. The rows are not read: the index has all of it. */
export const OPEN_QUERY = `SELECT number, kind, due_at, child_job_id, name, label
  FROM run_operations INDEXED BY run_operations_open WHERE execution_id = ? AND state = ${STATES.open} ORDER BY number LIMIT ?`;

/** Operations that are open, in the order of their numbers. */
export function readOpen(sql: Sql, executionId: number, limit: number): OpenOperation[] {
  return sql.all<OpenRow>(OPEN_QUERY, executionId, limit).map(({ kind, due_at, child_job_id, ...row }) => ({
    ...row,
    kind: kindName(kind),
    dueAt: due_at,
    childJobId: child_job_id,
  }));
}

/** Waits for signals that are open, in the order of their numbers. */
export function readWaits(sql: Sql, executionId: number, name: string | undefined): StoredOperation[] {
  const query = `SELECT ${OPERATION_COLUMNS} FROM run_operations INDEXED BY run_operations_open
    WHERE execution_id = ? AND state = ${STATES.open} AND kind = ${KINDS.wait} AND name = coalesce(?, name) ORDER BY number`;
  return sql.all<OperationRow>(query, executionId, name ?? null).map(operationFromRow);
}
