import { type Block, blockIn, missingUntil } from "../policy/admission.ts";
import { formatLane, type Lane, type LaneUser, lanesOf, parseLane } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";
import type { LaneStates } from "./lane-states.ts";
import { missingSince } from "./missing-tasks.ts";

type MissingLane = Extract<Lane, { kind: "missing" }>;

/** The members of a job that decide whether it can start. */
export interface LaneEntrant extends LaneUser {
  version: string | null;
  /** ms since the epoch. */
  run_at: number;
}

/** What keeps jobs from starting, within one transaction. Each fact is read once. */
export interface StartBlocks {
  /** The first thing that blocks a job; undefined if it can start. */
  of(job: LaneEntrant): Block | undefined;
  /** Whether a task is paused or disabled. */
  isHeld(taskId: number): boolean;
  /** Whether no source has the task or the version. */
  isMissing(lane: MissingLane): boolean;
}

/** The times that a {@link StartBlocks} needs. */
export interface BlockTimes {
  /** Wall clock, ms. */
  now: number;
  /** How long a job waits for a task that no source has. */
  missingWaitMs: number;
}

/** @param states how full lanes are, including the jobs that were admitted in this transaction */
export function createStartBlocks(sql: Sql, states: LaneStates, { now, missingWaitMs }: BlockTimes): StartBlocks {
  const missing = new Map<string, number | undefined>();
  let held: ReadonlySet<number> | undefined;

  function isHeld(taskId: number): boolean {
    held ??= readHeldTasks(sql);
    return held.has(taskId);
  }

  /** When a task or version disappeared, ms since the epoch. */
  function goneSince(lane: MissingLane): number | undefined {
    const name = formatLane(lane);
    if (!missing.has(name)) missing.set(name, missingSince(sql, lane.taskId, lane.version));
    return missing.get(name);
  }

  function missingBlock({ task_id: taskId, version, run_at: runAt }: LaneEntrant): Block | undefined {
    const lane: MissingLane = { kind: "missing", taskId, version };
    const since = goneSince(lane);
    if (since === undefined) return undefined;
    const until = missingUntil(since, runAt, missingWaitMs);
    return until > now ? { lane, reason: "missing", until } : undefined;
  }

  function laneBlock(job: LaneEntrant): Block | undefined {
    for (const lane of lanesOf(job)) {
      const block = blockIn(lane, states.of(lane), now);
      if (block !== undefined) return block;
    }
    return undefined;
  }

  return {
    of(job) {
      const taskId = job.task_id;
      if (isHeld(taskId)) return { lane: { kind: "pause", taskId }, reason: "paused", until: null };
      return missingBlock(job) ?? laneBlock(job);
    },
    isHeld,
    isMissing: (lane) => goneSince(lane) !== undefined,
  };
}

/** Tasks that are paused or disabled. */
function readHeldTasks(sql: Sql): ReadonlySet<number> {
  const paused = sql
    .all<{ scope: string }>("SELECT scope FROM pauses")
    .map(({ scope }) => parseLane(scope))
    .flatMap((lane) => (lane.kind === "task" ? [lane.taskId] : []));
  const disabled = sql.all<{ id: number }>("SELECT id FROM tasks WHERE enabled = 0").map(({ id }) => id);
  return new Set([...paused, ...disabled]);
}
