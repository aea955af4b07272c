import { RatchetError } from "../../../domain/errors.ts";
import { isFinished, type JobStatus } from "../../../domain/job.ts";
import { noExecution, noJob } from "../../../domain/not-found.ts";
import { otherSignal } from "../../../domain/other-signal.ts";
import {
  type EarlierSignal,
  MAX_KEPT_SIGNALS,
  MAX_KEPT_SIGNALS_OF_JOB,
  type NewSignal,
  type SentSignal,
} from "../../contract/signals.ts";
import type { Sql } from "../connection.ts";
import type { Tx } from "../group-commit.ts";
import { finishRunWork } from "./finish-work.ts";
import { KINDS, STATES } from "./operation-rows.ts";
import { createRunWork } from "./run-work.ts";
import { settleOperation } from "./settle-operation.ts";
import { keptSignals } from "./signal-rows.ts";

/** A job that a signal is for. */
interface Receiver {
  id: number;
  status: JobStatus;
  run_id: number | null;
  execution_id: number | null;
}

const RECEIVER = `id, status, run_id,
  (SELECT max(id) FROM executions WHERE executions.job_id = jobs.id AND job_id IS NOT NULL) AS execution_id`;

/**
 * Delivers or keeps a signal.
 * @throws {RatchetError} EXECUTION_NOT_FOUND, JOB_NOT_FOUND, EXECUTION_ENDED, CONFLICT
 */
export function sendSignal(tx: Tx, signal: NewSignal): SentSignal {
  const receiver = receiverOf(tx.sql, signal);
  const before = sentBefore(tx.sql, receiver, { key: signal.idempotencyKey, name: signal.name });
  if (before !== undefined) {
    const { hasName, text: _, ...sent } = before;
    if (!hasName) throw otherSignal({ jobId: receiver.id });
    return sent;
  }
  if (isFinished(receiver.status)) throw ended(receiver, signal);
  const { name, text, idempotencyKey } = signal;
  // Earlier ones come first: the host of the run takes or passes them.
  const hasEarlier = keptSignals(tx.sql, receiver.id, name, { limit: 1 }).length > 0;
  const take = hasEarlier ? undefined : signal.take;
  const { id } = tx.sql.run(
    `INSERT INTO run_signals (job_id, name, state, idempotency_key, created_at, text) VALUES (?, ?, 'kept', ?, ?, ?)`,
    receiver.id,
    name,
    idempotencyKey ?? null,
    tx.now,
    text,
  );
  const work = createRunWork(tx);
  const isTaken =
    take !== undefined && take.executionId === receiver.run_id && settleOperation(work, take, take.result);
  if (!isTaken) checkKept(tx.sql, receiver, name);
  if (isTaken) {
    tx.sql.run(
      "UPDATE run_signals SET state = 'taken', execution_id = ?, number = ?, settled_at = ? WHERE id = ?",
      take.executionId,
      take.number,
      tx.now,
      id,
    );
  } else if (receiver.run_id !== null) {
    // Its host finds out whether a wait takes it.
    for (const number of openWaits(tx.sql, receiver.run_id, name)) {
      work.signalled.push({ executionId: receiver.run_id, number });
    }
  }
  finishRunWork(work);
  const executionId = receiver.execution_id;
  return { id, jobId: receiver.id, executionId, status: isTaken ? "delivered" : "kept", repeated: false };
}

/** Returns what became of a signal that was sent to a job before with the same idempotency key. */
export function readSent(
  sql: Sql,
  { jobId, key, name }: { jobId: number; key: string; name: string },
): EarlierSignal | undefined {
  const receiver = sql.get<Receiver>(`SELECT ${RECEIVER} FROM jobs WHERE id = ?`, jobId);
  return receiver === undefined ? undefined : sentBefore(sql, receiver, { key, name });
}

/** The signal is already one of them. @throws {RatchetError} SIGNAL_LIMIT, which undoes that */
function checkKept(sql: Sql, { id: jobId }: Receiver, name: string): void {
  const kept = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM run_signals INDEXED BY run_signals_kept WHERE job_id = ? AND name = ? AND state = 'kept'`,
    jobId,
    name,
  );
  if ((kept?.n ?? 0) > MAX_KEPT_SIGNALS) throw tooMany(jobId, MAX_KEPT_SIGNALS, `signals "${name}"`);
  const all = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM run_signals INDEXED BY run_signals_kept WHERE job_id = ? AND state = 'kept'`,
    jobId,
  );
  if ((all?.n ?? 0) > MAX_KEPT_SIGNALS_OF_JOB) throw tooMany(jobId, MAX_KEPT_SIGNALS_OF_JOB, "signals");
}

function tooMany(jobId: number, limit: number, what: string): RatchetError {
  return new RatchetError("SIGNAL_LIMIT", `Job ${jobId} has ${limit} ${what} that it has not taken yet.`, {
    data: { jobId, limit },
    remedy: "Send more when the run has taken some of them.",
  });
}

function openWaits(sql: Sql, executionId: number, name: string): number[] {
  return sql
    .all<{ number: number }>(
      `SELECT number FROM run_operations INDEXED BY run_operations_open
        WHERE execution_id = ? AND state = ${STATES.open} AND kind = ${KINDS.wait} AND name = ? ORDER BY number`,
      executionId,
      name,
    )
    .map(({ number }) => number);
}

function sentBefore(
  sql: Sql,
  receiver: Receiver,
  { key, name }: { key: string | undefined; name: string },
): EarlierSignal | undefined {
  if (key === undefined) return undefined;
  const row = sql.get<{ id: number; name: string; text: string; state: string; execution_id: number | null }>(
    `SELECT id, name, text, state, execution_id FROM run_signals WHERE job_id = ? AND idempotency_key = ?
       AND idempotency_key IS NOT NULL`,
    receiver.id,
    key,
  );
  if (row === undefined) return undefined;
  return {
    id: row.id,
    jobId: receiver.id,
    executionId: row.execution_id ?? receiver.execution_id,
    status: row.state === "taken" ? "delivered" : "kept",
    repeated: true,
    hasName: row.name === name,
    text: row.text,
  };
}

function receiverOf(sql: Sql, { executionId, jobId, correlationKey }: NewSignal): Receiver {
  if (executionId !== undefined) return receiverOfExecution(sql, executionId);
  if (jobId !== undefined) {
    const receiver = sql.get<Receiver>(`SELECT ${RECEIVER} FROM jobs WHERE id = ?`, jobId);
    if (receiver === undefined) throw noJob(jobId);
    return receiver;
  }
  return receiverOfKey(sql, correlationKey ?? "");
}

/** An execution that has ended takes no signals, even if another one of its job goes on. */
function receiverOfExecution(sql: Sql, executionId: number): Receiver {
  const receiver = sql.get<Receiver & { finished_at: number | null }>(
    `SELECT jobs.id, CASE WHEN e.finished_at IS NULL THEN jobs.status ELSE 'completed' END AS status, run_id,
       e.id AS execution_id FROM executions e JOIN jobs ON jobs.id = e.job_id WHERE e.id = ?`,
    executionId,
  );
  if (receiver === undefined) throw noExecution(executionId);
  return receiver;
}

function receiverOfKey(sql: Sql, key: string): Receiver {
  const unfinished = sql.all<Receiver>(
    `SELECT ${RECEIVER} FROM jobs INDEXED BY jobs_correlation
      WHERE correlation_key = ? AND correlation_key IS NOT NULL AND finished_at IS NULL LIMIT 2`,
    key,
  );
  const [receiver] = unfinished;
  if (unfinished.length > 1) {
    throw new RatchetError("CONFLICT", "Jobs of several tasks have the correlation key.", {
      data: { correlationKey: key, jobIds: unfinished.map(({ id }) => id) },
      remedy: "Send the signal to the job or execution by its id.",
    });
  }
  if (receiver !== undefined) return receiver;
  const last = sql.get<Receiver>(
    `SELECT ${RECEIVER} FROM jobs INDEXED BY jobs_by_correlation_key
      WHERE correlation_key = ? AND correlation_key IS NOT NULL ORDER BY id DESC LIMIT 1`,
    key,
  );
  if (last !== undefined) return last;
  throw new RatchetError("JOB_NOT_FOUND", "There is no job with this correlation key.", {
    data: { correlationKey: key },
    remedy: "Enqueue the job with this correlationKey first.",
  });
}

function ended({ id, execution_id: executionId }: Receiver, { name }: NewSignal): RatchetError {
  const what = executionId === null ? `Job ${id}` : `Execution ${executionId}`;
  return new RatchetError("EXECUTION_ENDED", `${what} has ended, so nothing takes the signal "${name}" any more.`, {
    data: { jobId: id, executionId, name },
    remedy: "Send it to a run that has not ended.",
  });
}
