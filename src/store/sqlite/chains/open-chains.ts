import type { ChainCondition, JobStatus } from "../../../domain/job.ts";
import { formatSize } from "../../../lib/size.ts";
import { GATES, gateAt } from "../../policy/gates.ts";
import { rankFrom } from "../../policy/rank.ts";
import { boundText } from "../bound-text.ts";
import { killRow } from "../cancel-row.ts";
import type { Tx } from "../group-commit.ts";
import { JOB_STATE_COLUMNS, type JobState } from "../job-rows.ts";
import type { RunWork } from "../runs/run-work.ts";
import { CHAIN_INPUT_BYTES, chainInput } from "./chain-input.ts";

/** The most jobs that are let go in one transaction. */
const OPEN_LIMIT = 200;

interface ReadyChain {
  job_id: number;
  condition: ChainCondition;
  run_at: number;
  gives_input: number;
}

/** Lets jobs start whose turn has come because others have ended, or cancels them if those ended otherwise. @returns whether there may be more */
export function openChains(work: RunWork): boolean {
  const { sql } = work.tx;
  const ready = sql.all<ReadyChain>(
    `SELECT job_id, condition, run_at, gives_input FROM job_chains INDEXED BY job_chains_ready
      WHERE remaining = 0 ORDER BY job_id LIMIT ?`,
    OPEN_LIMIT,
  );
  for (const chain of ready) openChain(work, chain);
  return ready.length === OPEN_LIMIT;
}

function openChain(work: RunWork, chain: ReadyChain): void {
  const { sql } = work.tx;
  const { job_id: id } = chain;
  const row = sql.get<JobState>(`SELECT ${JOB_STATE_COLUMNS} FROM jobs WHERE id = ? AND finished_at IS NULL`, id);
  const why = row === undefined ? undefined : (unmet(work.tx, chain) ?? giveInput(work.tx, chain));
  sql.run("DELETE FROM job_chains WHERE job_id = ?", id);
  if (row === undefined) return;
  if (why === undefined) start(work.tx, row, chain.run_at);
  else {
    killRow(work, row);
    sql.run("UPDATE jobs SET error = ? WHERE id = ?", JSON.stringify({ code: "CANCELLED", message: why }), id);
  }
}

/** Returns why a job does not start; undefined if the others have ended as it needs. */
function unmet({ sql }: Tx, { job_id: id, condition }: ReadyChain): string | undefined {
  if (condition === "any") return undefined;
  const other = sql.get<{ after_id: number; status: JobStatus }>(
    "SELECT after_id, status FROM job_after WHERE job_id = ? AND status <> 'completed' ORDER BY place LIMIT 1",
    id,
  );
  if (condition === "completed") {
    return other === undefined
      ? undefined
      : `Job ${other.after_id}, after which it starts, ${other.status === "failed" ? "has failed" : "was cancelled"}.`;
  }
  const failed = sql.get("SELECT 1 AS found FROM job_after WHERE job_id = ? AND status = 'failed' LIMIT 1", id);
  return failed === undefined ? "None of the jobs after which it starts has failed." : undefined;
}

/** @returns what is wrong with the input; undefined if nothing is */
function giveInput({ sql }: Tx, { job_id: id, gives_input: gives }: ReadyChain): string | undefined {
  if (gives === 0) return undefined;
  const input = chainInput(sql, id);
  if (input === undefined)
    return `What the jobs before it have returned is larger than ${formatSize(CHAIN_INPUT_BYTES)}.`;
  sql.run("UPDATE job_inputs SET input = CAST(? AS TEXT) WHERE job_id = ?", boundText(input), id);
  return undefined;
}

function start(tx: Tx, row: JobState, requested: number): void {
  const { now } = tx;
  const runAt = Math.max(now, requested);
  // One that is paused has no gate, and gets it when it is resumed.
  const gate = row.gate === null ? null : gateAt(runAt, now);
  tx.sql.run(
    "UPDATE jobs SET run_at = ?, rank = ?, gate = ? WHERE id = ?",
    runAt,
    rankFrom(now, runAt, row.priority),
    gate === GATES.ready ? GATES.later : gate,
    row.id,
  );
  tx.emit({
    type: "job.queued",
    time: now,
    taskId: row.task_id,
    jobId: row.id,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
    data: { changed: ["runAt"] },
  });
}
