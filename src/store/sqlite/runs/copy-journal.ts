import type { ForkedJournal } from "../../../domain/job.ts";
import { KEPT_NUMBERS } from "../../contract/runs.ts";
import type { Sql, SqlValue } from "../connection.ts";
import type { Tx } from "../group-commit.ts";
import { STATES } from "./operation-rows.ts";

/** The execution that goes on over a journal. */
interface Heir {
  executionId: number;
  jobId: number;
}

/** The size of the journal of a run, bytes of requests and results. */
export function journalBytes({ get }: Pick<Sql, "get">, executionId: number): number {
  return get<{ bytes: number }>("SELECT bytes FROM runs WHERE execution_id = ?", executionId)?.bytes ?? 0;
}

/**
 * Begins a run over the journal of an earlier execution. It has what was completed and not undone since; what failed is done
 * again.
 * @param fork the run is another one, and keeps only some of it @default it goes on
 */
export function copyJournal(tx: Tx, from: number, heir: Heir, fork?: ForkedJournal): void {
  const { sql } = tx;
  const { executionId, jobId } = heir;
  // Without the other run it fails, instead of doing everything again.
  sql.run("UPDATE jobs SET run_id = ? WHERE id = ?", executionId, jobId);
  const { changes } = sql.run(
    `INSERT INTO runs (execution_id, job_id, run_key, seed, results)
     SELECT ?, ?, coalesce(?, run_key), coalesce(?, seed), results FROM runs WHERE execution_id = ?`,
    executionId,
    jobId,
    fork?.runKey ?? null,
    fork?.seed ?? null,
    from,
  );
  if (changes === 0) return;
  copyOperations(tx, from, heir, fork);
  // A fork does other things in between, so that readings of clocks would not be where they belong.
  if (fork === undefined) copyReadings(tx, from, executionId);
  sql.run(
    `UPDATE runs SET (operations, bytes) = (
       SELECT coalesce(max(number) FILTER (WHERE number < ${KEPT_NUMBERS}), 0),
           coalesce(sum(octet_length(request) + octet_length(result)), 0)
         FROM run_operations WHERE execution_id = ?1) WHERE execution_id = ?1`,
    executionId,
  );
}

const UNDOING = `FROM run_operations WHERE execution_id = ?2 AND state = ${STATES.completed} AND undoes IS NOT NULL`;

/** What the operation has done was not undone by a later one. Steps that a fork has kept are known by their labels. */
const IS_DONE = `number NOT IN (SELECT undoes ${UNDOING})
  AND (number < ${KEPT_NUMBERS} OR label IS NULL OR label NOT IN (SELECT label ${UNDOING} AND label IS NOT NULL))`;

function copyOperations({ sql }: Tx, from: number, { executionId }: Heir, fork: ForkedJournal | undefined): void {
  const kept = keptBy(fork);
  const shift = fork === undefined ? 0 : nextShift({ sql }, from);
  sql.run(
    `INSERT INTO run_operations (execution_id, number, kind, state, position, attempts, due_at, child_job_id, detached,
       source_id, created_at, settled_at, name, label, key, request, result)
     SELECT ?1, CASE WHEN number < ${KEPT_NUMBERS} THEN number + ?3 ELSE number END, kind, state, position, attempts, due_at,
       child_job_id, detached, coalesce(source_id, execution_id), created_at, settled_at, name, label, key, request, result
       FROM run_operations
      WHERE execution_id = ?2 AND state = ${STATES.completed} AND undoes IS NULL AND ${IS_DONE} AND ${kept.where}`,
    executionId,
    from,
    shift,
    ...kept.values,
  );
}

/** Operations that were kept before keep their numbers, which no others may have. */
function nextShift({ sql }: Pick<Tx, "sql">, from: number): number {
  const query = "SELECT max(number) AS highest FROM run_operations WHERE execution_id = ?";
  const highest = sql.get<{ highest: number | null }>(query, from)?.highest ?? 0;
  return (Math.floor(highest / KEPT_NUMBERS) + 1) * KEPT_NUMBERS;
}

function keptBy(fork: ForkedJournal | undefined): { where: string; values: SqlValue[] } {
  if (fork === undefined) return { where: "TRUE", values: [] };
  if ("below" in fork.keep) return { where: `number % ${KEPT_NUMBERS} < ?4`, values: [fork.keep.below] };
  const labels = JSON.stringify(fork.keep.withoutLabels);
  return { where: "label NOT IN (SELECT value FROM json_each(?4))", values: [labels] };
}

function copyReadings({ sql }: Tx, from: number, executionId: number): void {
  sql.run(
    `INSERT INTO run_readings (execution_id, message, text)
     SELECT ?, message, text FROM run_readings WHERE execution_id = ?`,
    executionId,
    from,
  );
}
