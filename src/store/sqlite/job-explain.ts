import { isFinished } from "../../domain/job.ts";
import { noJob } from "../../domain/not-found.ts";
import type { JobExplanation } from "../contract/jobs.ts";
import { GATES } from "../policy/gates.ts";
import { formatLane, isAdmissionLane, type Lane } from "../policy/lane.ts";
import { durationOfTokens, type Rate } from "../policy/token-bucket.ts";
import { readJob } from "./job-control.ts";
import type { JobRow } from "./job-rows.ts";
import { type Block, createLaneBook } from "./lanes.ts";
import type { Tx } from "./writer.ts";

const NOTHING = { until: null, ahead: null, limit: null, running: null };

/** Looking further ahead than this is not worth the time. */
const AHEAD_LIMIT = 10_000;

/** Why a job is not running now. */
export function explainJob(tx: Pick<Tx, "sql" | "now">, id: number, missingWaitMs?: number): JobExplanation {
  const row = readJob(tx, id);
  if (row === undefined) throw noJob(id);
  if (isFinished(row.status)) return { ...NOTHING, reason: "finished", message: `The job is ${row.status}.` };
  if (row.status === "processing") {
    return { ...NOTHING, reason: "running", message: `The job runs on worker ${row.worker_id}.` };
  }
  const pause = tx.sql.get<{ note: string | null }>("SELECT note FROM pauses WHERE scope = 'all'");
  if (pause !== undefined) {
    return { ...NOTHING, reason: "queue_paused", message: `The whole queue is paused${noted(pause.note)}.` };
  }
  if (row.run_at > tx.now) return notDue(row);
  const book = createLaneBook(tx.sql, tx.now, missingWaitMs);
  const block = book.blockOf(row);
  if (block?.reason === "paused") return held(tx, row);
  if (block?.reason === "missing") return missing(row, block.until);
  if (block === undefined || !isAdmissionLane(block.lane)) return waiting(tx, row);
  const state = book.state(block.lane);
  return block.lane.kind === "suspect" ? suspect(tx, row, block, state) : full(tx, row, block, state);
}

const noted = (note: string | null): string => (note === null ? "" : `: ${note}`);

function notDue(row: JobRow): JobExplanation {
  const when = new Date(row.run_at).toISOString();
  const message =
    row.status === "retrying"
      ? `Attempt ${row.claims} failed; the job is tried again at ${when}.`
      : `The job is to run at ${when}.`;
  return { ...NOTHING, reason: "not_due", message, until: row.run_at };
}

function held(tx: Pick<Tx, "sql">, row: JobRow): JobExplanation {
  const pause = tx.sql.get<{ note: string | null }>("SELECT note FROM pauses WHERE scope = ?", `task:${row.task_id}`);
  return pause === undefined
    ? { ...NOTHING, reason: "task_disabled", message: "The task is disabled." }
    : { ...NOTHING, reason: "task_paused", message: `The task is paused${noted(pause.note)}.` };
}

function missing({ version }: JobRow, until: number | null): JobExplanation {
  const what = version === null ? "the task" : `version ${version} of the task`;
  const end = until === null ? "" : ` until ${new Date(until).toISOString()}, then it fails`;
  return { ...NOTHING, reason: "task_missing", message: `No source has ${what}. The job waits for it${end}.`, until };
}

function suspect(
  tx: Pick<Tx, "sql">,
  row: JobRow,
  { lane, until }: Block,
  { limits: { concurrency }, running }: { limits: { concurrency: number | null }; running: number },
): JobExplanation {
  const group = concurrency === 1 ? "one at a time" : `${concurrency} at a time`;
  return {
    reason: "suspect",
    message: `The job was running ${row.rescues} times when its server died; such jobs run ${group}, to find the one that is to blame.`,
    until,
    ahead: aheadInLane(tx, row, lane),
    limit: concurrency,
    running,
  };
}

function full(
  tx: Pick<Tx, "sql">,
  row: JobRow,
  block: Block,
  state: { limits: { concurrency: number | null; rate: Rate | null }; running: number },
): JobExplanation {
  const isTask = block.lane.kind !== "key";
  const whose = block.lane.kind === "key" ? `the key "${block.lane.key}"` : "the task";
  const ahead = aheadInLane(tx, row, block.lane);
  if (block.reason === "rate" && state.limits.rate !== null) {
    const { rate } = state.limits;
    return {
      ...NOTHING,
      reason: isTask ? "task_rate" : "key_rate",
      message: `The rate limit of ${whose}, ${rate.count} in ${rate.periodMs} ms, is used up.`,
      until: block.until === null ? null : block.until + durationOfTokens(ahead, rate),
      ahead,
      limit: rate.count,
    };
  }
  const limit = state.limits.concurrency;
  return {
    ...NOTHING,
    reason: isTask ? "task_concurrency" : "key_concurrency",
    message: `${state.running} of at most ${limit} jobs of ${whose} are running.`,
    ahead,
    limit,
    running: state.running,
  };
}

/** Jobs that are parked in a lane and come out of it before this one. */
function aheadInLane(tx: Pick<Tx, "sql">, row: JobRow, lane: Lane): number {
  const found = tx.sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM jobs INDEXED BY jobs_parked WHERE gate = ${GATES.parked} AND lane = ? AND (rank, id) < (?, ?) LIMIT ?)`,
    formatLane(lane),
    row.rank,
    row.id,
    AHEAD_LIMIT,
  );
  return found?.n ?? 0;
}

function waiting(tx: Pick<Tx, "sql">, row: JobRow): JobExplanation {
  const workers = tx.sql.get<{ n: number }>("SELECT count(*) AS n FROM workers")?.n ?? 0;
  if (workers === 0) {
    return { ...NOTHING, reason: "no_worker", message: "No worker is running: start a server on this database." };
  }
  const ahead =
    tx.sql.get<{ n: number }>(
      `SELECT count(*) AS n FROM (
         SELECT 1 FROM jobs INDEXED BY jobs_ready WHERE gate = ${GATES.ready} AND (rank, id) < (?, ?) LIMIT ?)`,
      row.rank,
      row.id,
      AHEAD_LIMIT,
    )?.n ?? 0;
  const count = ahead === AHEAD_LIMIT ? `${ahead} or more` : String(ahead);
  return {
    ...NOTHING,
    reason: "waiting_for_worker",
    message: `The job is ready and waits for a free worker; ${count} ready jobs go first.`,
    ahead,
  };
}
