import { type Block, blockIn, missingUntil } from "../policy/admission.ts";
import { formatLane, type Lane, type LaneUser, lanesOf, parseLane } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";
import type { LaneStates } from "./lane-states.ts";
import { missingSince } from "./missing-tasks.ts";

type MissingLane = Extract<Lane, { kind: "missing" }>;

/** A job that is to start: it needs its task too. */
export interface LaneEntrant extends LaneUser {
  version: string | null;
  /** ms since the epoch. */
  run_at: number;
}

/** What keeps jobs from starting, within one transaction: each fact is read once. */
export interface StartBlocks {
  /** The first thing that is in the way of a job; undefined when it can start. */
  of(job: LaneEntrant): Block | undefined;
  /** Whether a task is paused or disabled. */
  isHeld(taskId: number): boolean;
  /** Whether no source has a task or its version. */
  isMissing(lane: MissingLane): boolean;
}

/** How a {@link StartBlocks} judges time. */
export interface BlockTimes {
  /** Wall clock, ms. */
  now: number;
  /** How long a job waits for a task that no source has. */
  missingWaitMs: number;
}

/** @param states how full lanes are, with the jobs that were admitted in this transaction */
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
