import { formatLane, type Lane } from "../../policy/lane.ts";
import { cancelRow } from "../cancel-row.ts";
import { JOB_STATE_COLUMNS, type JobState } from "../job-rows.ts";
import { createParkedLanes } from "../parked-lanes.ts";
import { KINDS, OF_CHILDREN, STATES } from "./operation-rows.ts";
import type { EndedChild, RunWork, SettledOperation } from "./run-work.ts";
import { settleOperation } from "./settle-operation.ts";
import { endStreams } from "./streams.ts";
import { makeReady } from "./wake-row.ts";

/**
 * Does what follows from the ends of runs and children: cancels what ended runs have open, settles the operations of
 * parents, and wakes those that sleep.
 * @returns the operations of runs that the worker carries
 */
export function finishRunWork(work: RunWork): SettledOperation[] {
  while (work.endedRuns.length > 0 || work.endedChildren.length > 0) {
    for (const executionId of work.endedRuns.splice(0)) endRun(work, executionId);
    settleEndedChildren(work);
  }
  const own = wake(work);
  work.save();
  return own;
}

/** Cancels what an ended run has open. */
function endRun(work: RunWork, executionId: number): void {
  const { sql, now } = work.tx;
  const open = sql.all<OpenOperation>(
    `UPDATE run_operations SET state = ${STATES.cancelled}, settled_at = ?
      WHERE execution_id = ? AND state = ${STATES.open} RETURNING number, kind, child_job_id, detached`,
    now,
    executionId,
  );
  work.checkCancelled(open.filter(({ kind }) => kind === KINDS.call).length);
  for (const operation of open) withdraw(work, executionId, operation);
  sql.run("DELETE FROM run_images WHERE execution_id = ?", executionId);
}

/** What is needed of an operation to take back what it has started. */
export interface OpenOperation {
  number: number;
  kind: number;
  child_job_id: number | null;
  detached: number;
}

/** The columns of an {@link OpenOperation}. */
export const OPEN_COLUMNS = "number, kind, child_job_id, detached";

/** Takes back what an operation has started, which is not open any more. @param status of an approval that nobody gave */
export function withdraw(
  work: RunWork,
  executionId: number,
  operation: OpenOperation,
  status: "cancelled" | "expired" = "cancelled",
): void {
  const { number, kind, child_job_id: childJobId, detached } = operation;
  const { sql } = work.tx;
  if (kind === KINDS.approve) {
    sql.run(
      "UPDATE approvals SET status = ? WHERE execution_id = ? AND number = ? AND status = 'pending'",
      status,
      executionId,
      number,
    );
  }
  if (kind === KINDS.call && childJobId !== null && detached === 0) cancelChild(work, childJobId, executionId);
  if (kind === KINDS.map) cancelItems(work, executionId, number);
}

/** A call with a key may share its child with another call that is still open. */
function cancelChild(work: RunWork, jobId: number, executionId: number): void {
  const { sql } = work.tx;
  const row = sql.get<JobState>(`SELECT ${JOB_STATE_COLUMNS} FROM jobs WHERE id = ? AND finished_at IS NULL`, jobId);
  if (row === undefined) return;
  const shared = sql.get(
    `SELECT 1 AS found FROM run_operations INDEXED BY run_operations_key
      WHERE execution_id = ? AND key IS NOT NULL AND child_job_id = ? AND state = ${STATES.open}`,
    executionId,
    jobId,
  );
  if (shared === undefined) cancelRow(work, row);
}

/** Cancels the children of a map that have not ended. */
function cancelItems(work: RunWork, executionId: number, number: number): void {
  const { sql } = work.tx;
  sql.run("DELETE FROM run_maps WHERE execution_id = ? AND number = ?", executionId, number);
  const rows = sql.all<JobState>(
    `SELECT ${JOB_STATE_COLUMNS} FROM jobs INDEXED BY jobs_children
      WHERE parent = ? AND parent IS NOT NULL AND parent_number = ? AND finished_at IS NULL`,
    executionId,
    number,
  );
  work.checkCancelled(rows.length);
  for (const row of rows) cancelRow(work, row);
  sql.run("DELETE FROM parked_lanes WHERE lane = ?", formatLane({ kind: "map", executionId, number }));
}

/** Settles the operations of parents whose children have ended. The children of one map are counted together. */
export function settleEndedChildren(work: RunWork): void {
  const ended = work.endedChildren.splice(0);
  for (const { jobId } of ended) endStreams(work, jobId);
  const groups = Map.groupBy(ended, ({ parent, number }) => `${parent} ${number}`);
  for (const children of groups.values()) {
    const [first] = children;
    if (first === undefined) continue;
    // The operation of a map is not looked at for each child: its row has all inputs, and is read as a whole.
    if (isOpenMap(work, first)) {
      settleMap(work, first, itemsAmong(work, children));
      continue;
    }
    const operation = work.tx.sql.get<{ kind: number; key: string | null; child_job_id: number | null }>(
      `SELECT kind, key, child_job_id FROM run_operations
        WHERE execution_id = ? AND number = ? AND state = ${STATES.open} AND detached = 0`,
      first.parent,
      first.number,
    );
    if (operation === undefined) continue;
    const child = children.find(({ jobId }) => jobId === operation.child_job_id);
    if (operation.kind === KINDS.call && child !== undefined) settleCall(work, child, operation.key);
  }
}

function isOpenMap({ tx }: RunWork, { parent, number }: EndedChild): boolean {
  const query = "SELECT 1 AS found FROM run_maps WHERE execution_id = ? AND number = ?";
  return tx.sql.get(query, parent, number) !== undefined;
}

/** Returns those that are items of the map now. An earlier operation with its number may have started the others. */
function itemsAmong({ tx }: RunWork, children: readonly EndedChild[]): EndedChild[] {
  const rows = tx.sql.all<{ id: number }>(
    `SELECT id FROM jobs WHERE id IN (SELECT value FROM json_each(?)) AND parent = ? AND parent_number = ?`,
    JSON.stringify(children.map(({ jobId }) => jobId)),
    children[0]?.parent ?? null,
    children[0]?.number ?? null,
  );
  const items = new Set(rows.map(({ id }) => id));
  return children.filter(({ jobId }) => items.has(jobId));
}

function settleCall(work: RunWork, { parent, number, ok }: EndedChild, key: string | null): void {
  settleOperation(work, { executionId: parent, number }, { ok, text: OF_CHILDREN });
  if (key === null) return;
  const same = work.tx.sql.all<{ number: number }>(
    `SELECT number FROM run_operations INDEXED BY run_operations_key
      WHERE execution_id = ? AND key = ? AND key IS NOT NULL AND state = ${STATES.open} AND detached = 0 ORDER BY number`,
    parent,
    key,
  );
  for (const other of same) {
    settleOperation(work, { executionId: parent, number: other.number }, { ok, text: OF_CHILDREN });
  }
}

interface MapRow {
  children: number;
  parked: number;
  concurrency: number | null;
  fail_fast: number;
}

function settleMap(work: RunWork, { parent: executionId, number }: EndedChild, children: readonly EndedChild[]): void {
  const { sql } = work.tx;
  if (children.length === 0) return;
  const map = sql.get<MapRow>(
    `UPDATE run_maps SET children = max(0, children - ?), parked = max(0, parked - ?)
      WHERE execution_id = ? AND number = ? RETURNING children, parked, concurrency, fail_fast`,
    children.length,
    children.filter(({ wasParked }) => wasParked).length,
    executionId,
    number,
  );
  if (map === undefined) return;
  const failed = map.fail_fast === 1 && children.some(({ ok }) => !ok);
  if (failed || map.children === 0) {
    settleOperation(work, { executionId, number }, { ok: !failed, text: OF_CHILDREN });
    cancelItems(work, executionId, number);
  } else admitItems(work, { kind: "map", executionId, number }, map);
}

type MapLane = Extract<Lane, { kind: "map" }>;

/** Lets as many children of a map start as others have ended. */
function admitItems({ tx: { sql, now } }: RunWork, lane: MapLane, { children, parked, concurrency }: MapRow): void {
  if (concurrency === null || parked === 0) return;
  const room = Math.min(parked, concurrency - (children - parked));
  if (room <= 0) return;
  const lanes = createParkedLanes(sql, now);
  const started = lanes.release(lane, room);
  if (started === parked) lanes.remove(lane);
  sql.run(
    "UPDATE run_maps SET parked = parked - ? WHERE execution_id = ? AND number = ?",
    started,
    lane.executionId,
    lane.number,
  );
}

interface CarriedRow {
  id: number;
  task_id: number;
  status: string;
  priority: number;
  gate: number | null;
  worker_id: string | null;
}

/** Wakes sleeping runs, and tells those that are carried. @returns what the worker of the work is told */
function wake(work: RunWork): SettledOperation[] {
  const own: SettledOperation[] = [];
  const settled = Map.groupBy(work.settled, ({ executionId }) => executionId);
  const signalled = Map.groupBy(work.signalled, ({ executionId }) => executionId);
  for (const executionId of new Set([...settled.keys(), ...signalled.keys()])) {
    const row = carrier(work, executionId);
    if (row === undefined) continue;
    if (row.status === "sleeping") makeReady(work.tx, row);
    if (row.status === "processing" && row.worker_id === work.workerId) {
      own.push(...(settled.get(executionId) ?? []));
      continue;
    }
    // A worker that claims in the same transaction needs no event.
    if (row.status !== "processing" && (row.status !== "sleeping" || work.workerId !== undefined)) continue;
    for (const { number } of settled.get(executionId) ?? []) tell(work, row, executionId, { number });
    for (const { number } of signalled.get(executionId) ?? []) tell(work, row, executionId, { number, kept: true });
  }
  return own;
}

/** The job of a run, as long as that is its latest. */
function carrier({ tx: { sql } }: RunWork, executionId: number): CarriedRow | undefined {
  return sql.get<CarriedRow>(
    `SELECT id, task_id, status, priority, gate, worker_id FROM jobs
      WHERE id = (SELECT job_id FROM runs WHERE execution_id = ?) AND run_id = ?`,
    executionId,
    executionId,
  );
}

function tell({ tx }: RunWork, row: CarriedRow, executionId: number, data: { number: number; kept?: true }): void {
  tx.emit({ type: "execution.settled", time: tx.now, taskId: row.task_id, jobId: row.id, executionId, data });
}
