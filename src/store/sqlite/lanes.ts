import type { Sql } from "./connection.ts";
import { countRunning, type LaneLimits, readLimits, readTokens } from "./lane-limits.ts";
import { DEFAULT_MISSING_WAIT_MS, isMissingLane, missingLane, missingOf, missingSince } from "./missing-tasks.ts";
import { isSuspectLane, readSuspects, suspectLane } from "./suspects.ts";

/** Why a job may not start now. */
export interface Block {
  lane: string;
  reason: "concurrency" | "rate" | "paused" | "missing";
  /** When time alone opens the lane, ms since the epoch. */
  until: number | null;
}

/** What decides about the lanes a job goes through. */
export interface LaneUser {
  task_id: number;
  concurrency_key: string | null;
  rescues: number;
}

/** A job that is to start: it needs its task too. */
export interface LaneEntrant extends LaneUser {
  version: string | null;
  /** ms since the epoch. */
  run_at: number;
}

/** Lanes a job goes through, in the order in which they are asked. */
function lanesOf(job: LaneUser): string[] {
  const names = [taskLane(job.task_id)];
  if (job.concurrency_key !== null) names.push(keyLane(job.concurrency_key));
  const suspect = suspectLane(job.rescues);
  if (suspect !== undefined) names.push(suspect);
  return names;
}

export const taskLane = (taskId: number): string => `task:${taskId}`;
export const keyLane = (key: string): string => `key:${key}`;
export const pauseLane = (taskId: number): string => `pause:${taskId}`;
/** No more jobs than these are moved out of a lane at once, so that a long one does not hold up everything else. */
const OPEN_BATCH = 1_000;

interface LaneState {
  limits: LaneLimits;
  running: number;
  /** When a lane that is full opens by itself, ms since the epoch; null when only the end of a job opens it. */
  opensAt: number | null;
  tokens: number;
  changed: boolean;
}

/** Admission through lanes, within one transaction: reads each lane once and writes buckets back at the end. */
export interface LaneBook {
  /** Lets a job through, which takes a slot and a token, or says what is in its way. */
  admit(job: LaneEntrant): Block | undefined;
  /** What is in the way of a job; changes nothing. */
  blockOf(job: LaneEntrant): Block | undefined;
  state(lane: string): { limits: LaneLimits; running: number };
  /** Moves jobs that now fit out of a lane in which jobs are parked. */
  open(lane: string): boolean;
  /** Opens the lanes a job went through. */
  openFor(job: LaneUser): void;
  /**
   * After a job was parked in one lane: opens the others it goes through again, since the place that was kept for it
   * there is free.
   * @returns whether jobs were moved
   */
  openOthers(job: LaneUser, blocked: string): boolean;
  /** Opens the lanes whose time has come. */
  openDue(): void;
  /** A lane in which earlier jobs wait for the same thing, so that a new job can be put behind them at once. */
  parkedLane(job: LaneUser): string | undefined;
  park(jobId: number, block: Block): void;
  /** Writes what changed. */
  save(): void;
}

/**
 * @param now wall clock, ms
 * @param missingWaitMs how long a job waits for a task that no source has
 */
export function createLaneBook(sql: Sql, now: number, missingWaitMs: number = DEFAULT_MISSING_WAIT_MS): LaneBook {
  const missing = new Map<string, number | undefined>();
  const lanes = new Map<string, LaneState>();
  const parked = new Map<string, boolean>();
  const opened = new Set<string>();
  const sooner = new Set<string>();
  let held: Set<number> | undefined;

  function heldTasks(): Set<number> {
    if (held === undefined) {
      const scopes = sql.all<{ scope: string }>("SELECT scope FROM pauses WHERE scope <> 'all'");
      const disabled = sql.all<{ id: number }>("SELECT id FROM tasks WHERE enabled = 0");
      held = new Set([
        ...scopes.map((row) => Number(row.scope.slice("task:".length))),
        ...disabled.map((row) => row.id),
      ]);
    }
    return held;
  }

  function lane(name: string): LaneState {
    let state = lanes.get(name);
    if (state === undefined) {
      state = isSuspectLane(name) ? readSuspectLane(name) : readLane(name);
      lanes.set(name, state);
    }
    return state;
  }

  function readLane(name: string): LaneState {
    const limits = readLimits(sql, name);
    const running = limits.concurrency === null ? 0 : countRunning(sql, name);
    const bucket = limits.rate === null ? { tokens: 0, ahead: false } : readTokens(sql, name, limits.rate, now);
    return { limits, running, opensAt: null, tokens: bucket.tokens, changed: bucket.ahead };
  }

  function readSuspectLane(name: string): LaneState {
    const { limit, running, opensAt } = readSuspects(sql, name, now);
    return { limits: { concurrency: limit, rate: null }, running, opensAt, tokens: 0, changed: false };
  }

  function blockIn(name: string): Block | undefined {
    const { limits, running, opensAt, tokens } = lane(name);
    if (limits.concurrency !== null && running >= limits.concurrency) {
      return { lane: name, reason: "concurrency", until: opensAt };
    }
    if (limits.rate !== null && tokens < 1) {
      const wait = Math.ceil(((1 - tokens) * limits.rate.periodMs) / limits.rate.count);
      return { lane: name, reason: "rate", until: now + Math.max(1, wait) };
    }
    return undefined;
  }

  /** Since when a lane's task or version is gone. */
  function goneSince(name: string): number | undefined {
    if (!missing.has(name)) {
      const { taskId, version } = missingOf(name);
      missing.set(name, missingSince(sql, taskId, version));
    }
    return missing.get(name);
  }

  function missingBlock(job: LaneEntrant): Block | undefined {
    const name = missingLane(job.task_id, job.version);
    const since = goneSince(name);
    if (since === undefined) return undefined;
    // From when it could have run. Once that is over it runs all the same, and fails with what the registry says.
    const until = Math.max(since, job.run_at) + missingWaitMs;
    return until > now ? { lane: name, reason: "missing", until } : undefined;
  }

  function blockOf(job: LaneEntrant): Block | undefined {
    if (heldTasks().has(job.task_id)) return { lane: pauseLane(job.task_id), reason: "paused", until: null };
    const block = missingBlock(job);
    if (block !== undefined) return block;
    for (const name of lanesOf(job)) {
      const block = blockIn(name);
      if (block !== undefined) return block;
    }
    return undefined;
  }

  function take(name: string): void {
    const state = lane(name);
    state.running += 1;
    if (state.limits.rate !== null) {
      state.tokens -= 1;
      state.changed = true;
    }
  }

  function isParked(name: string): boolean {
    let known = parked.get(name);
    if (known === undefined) {
      known = sql.get("SELECT 1 AS found FROM parked_lanes WHERE lane = ?", name) !== undefined;
      parked.set(name, known);
    }
    return known;
  }

  /** A lane may open before the time that was noted when its first job was parked. */
  function openSooner({ lane: name, until }: Block): void {
    sooner.add(name);
    if (until !== null) sql.run("UPDATE parked_lanes SET until = ?1 WHERE lane = ?2 AND until > ?1", until, name);
  }

  function isDue(name: string): boolean {
    return sql.get("SELECT 1 AS due FROM parked_lanes WHERE lane = ? AND until <= ?", name, now) !== undefined;
  }

  /** @returns whether jobs were moved */
  function open(name: string): boolean {
    // Once a transaction is enough, however many jobs of the lane have ended in it.
    if (opened.has(name) || !isParked(name)) return false;
    opened.add(name);
    let room = OPEN_BATCH;
    if (name.startsWith("pause:")) {
      if (heldTasks().has(Number(name.slice("pause:".length)))) return false;
    } else if (isMissingLane(name)) {
      if (goneSince(name) !== undefined && !isDue(name)) return false;
    } else {
      const block = blockIn(name);
      if (block !== undefined) {
        sql.run("UPDATE parked_lanes SET reason = ?, until = ? WHERE lane = ?", block.reason, block.until, name);
        return false;
      }
      const { limits, running, tokens } = lane(name);
      if (limits.concurrency !== null) room = Math.min(room, limits.concurrency - running);
      if (limits.rate !== null) room = Math.min(room, Math.floor(tokens));
    }
    const moved = sql.run(
      `UPDATE jobs SET gate = 0, lane = NULL WHERE id IN (
         SELECT id FROM jobs INDEXED BY jobs_parked WHERE gate = 2 AND lane = ? ORDER BY rank, id LIMIT ?)`,
      name,
      room,
    ).changes;
    if (moved < room) {
      sql.run("DELETE FROM parked_lanes WHERE lane = ?", name);
      parked.set(name, false);
    } else if (room === OPEN_BATCH) {
      // More of them fit: the next transaction goes on.
      sql.run("UPDATE parked_lanes SET until = ? WHERE lane = ?", now, name);
    } else {
      // Full again once those are claimed. A rate lane opens by itself with the next token.
      const { limits: full, opensAt } = lane(name);
      const until = full.rate === null ? opensAt : now + Math.max(1, Math.ceil(full.rate.periodMs / full.rate.count));
      sql.run("UPDATE parked_lanes SET until = ? WHERE lane = ?", until, name);
    }
    return moved > 0;
  }

  return {
    blockOf,
    open,
    state: (name) => lane(name),
    admit(job) {
      const block = blockOf(job);
      if (block !== undefined) return block;
      for (const name of lanesOf(job)) take(name);
      return undefined;
    },
    openFor(job) {
      for (const name of lanesOf(job)) open(name);
    },
    openOthers(job, blocked) {
      let moved = false;
      for (const name of lanesOf(job)) {
        if (name === blocked) continue;
        opened.delete(name);
        if (open(name)) moved = true;
      }
      return moved;
    },
    openDue() {
      const due = sql.all<{ lane: string }>("SELECT lane FROM parked_lanes WHERE until <= ? LIMIT 100", now);
      for (const row of due) open(row.lane);
    },
    parkedLane(job) {
      return [pauseLane(job.task_id), ...lanesOf(job)].find(isParked);
    },
    park(jobId, block) {
      sql.run("UPDATE jobs SET gate = 2, lane = ? WHERE id = ? AND gate = 0", block.lane, jobId);
      if (isParked(block.lane)) {
        if (!sooner.has(block.lane)) openSooner(block);
        return;
      }
      sql.run("INSERT INTO parked_lanes (lane, reason, until) VALUES (?, ?, ?)", block.lane, block.reason, block.until);
      parked.set(block.lane, true);
    },
    save() {
      for (const [name, state] of lanes) {
        if (!state.changed) continue;
        sql.run(
          `INSERT INTO rate_buckets (lane, tokens, updated_at) VALUES (?, ?, ?)
             ON CONFLICT (lane) DO UPDATE SET tokens = excluded.tokens, updated_at = excluded.updated_at`,
          name,
          Math.max(0, state.tokens),
          now,
        );
      }
    },
  };
}
