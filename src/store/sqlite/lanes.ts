import { GATES } from "../policy/gates.ts";
import {
  type AdmissionLane,
  formatLane,
  isAdmissionLane,
  type Lane,
  type LaneUser,
  lanesOf,
  parseLane,
} from "../policy/lane.ts";
import { nextTokenAt } from "../policy/token-bucket.ts";
import type { Sql } from "./connection.ts";
import { countRunning, type LaneLimits, readLimits, readTokens } from "./lane-limits.ts";
import { DEFAULT_MISSING_WAIT_MS, missingSince } from "./missing-tasks.ts";
import { readSuspects } from "./suspects.ts";

/** Why a job may not start now. */
export interface Block {
  lane: Lane;
  reason: "concurrency" | "rate" | "paused" | "missing";
  /** When time alone opens the lane, ms since the epoch. */
  until: number | null;
}

/** A job that is to start: it needs its task too. */
export interface LaneEntrant extends LaneUser {
  version: string | null;
  /** ms since the epoch. */
  run_at: number;
}

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
  state(lane: AdmissionLane): { limits: LaneLimits; running: number };
  /** Moves jobs that now fit out of a lane in which jobs are parked. */
  open(lane: Lane): boolean;
  /** Opens the lanes a job went through. */
  openFor(job: LaneUser): void;
  /**
   * After a job was parked in one lane: opens the others it goes through again, since the place that was kept for it
   * there is free.
   * @returns whether jobs were moved
   */
  openOthers(job: LaneUser, blocked: Lane): boolean;
  /** Opens the lanes whose time has come. */
  openDue(): void;
  /** A lane in which earlier jobs wait for the same thing, so that a new job can be put behind them at once. */
  parkedLane(job: LaneUser): Lane | undefined;
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
      const paused = sql.all<{ scope: string }>("SELECT scope FROM pauses").map(({ scope }) => parseLane(scope));
      const disabled = sql.all<{ id: number }>("SELECT id FROM tasks WHERE enabled = 0");
      held = new Set([
        ...paused.flatMap((lane) => (lane.kind === "task" ? [lane.taskId] : [])),
        ...disabled.map((row) => row.id),
      ]);
    }
    return held;
  }

  function stateOf(lane: AdmissionLane): LaneState {
    const name = formatLane(lane);
    let state = lanes.get(name);
    if (state === undefined) {
      state = lane.kind === "suspect" ? readSuspectLane(lane.rescues) : readLimitedLane(lane);
      lanes.set(name, state);
    }
    return state;
  }

  function readLimitedLane(lane: Extract<Lane, { kind: "task" | "key" }>): LaneState {
    const limits = readLimits(sql, lane);
    const running = limits.concurrency === null ? 0 : countRunning(sql, lane);
    const bucket = limits.rate === null ? { tokens: 0, ahead: false } : readTokens(sql, lane, limits.rate, now);
    return { limits, running, opensAt: null, tokens: bucket.tokens, changed: bucket.ahead };
  }

  function readSuspectLane(rescues: number): LaneState {
    const { limit, running, opensAt } = readSuspects(sql, rescues, now);
    return { limits: { concurrency: limit, rate: null }, running, opensAt, tokens: 0, changed: false };
  }

  function blockIn(lane: AdmissionLane): Block | undefined {
    const { limits, running, opensAt, tokens } = stateOf(lane);
    if (limits.concurrency !== null && running >= limits.concurrency) {
      return { lane, reason: "concurrency", until: opensAt };
    }
    if (limits.rate !== null && tokens < 1) {
      return { lane, reason: "rate", until: nextTokenAt(tokens, limits.rate, now) };
    }
    return undefined;
  }

  /** Since when a lane's task or version is gone. */
  function goneSince(lane: Extract<Lane, { kind: "missing" }>): number | undefined {
    const name = formatLane(lane);
    if (!missing.has(name)) missing.set(name, missingSince(sql, lane.taskId, lane.version));
    return missing.get(name);
  }

  function missingBlock(job: LaneEntrant): Block | undefined {
    const lane = { kind: "missing", taskId: job.task_id, version: job.version } as const;
    const since = goneSince(lane);
    if (since === undefined) return undefined;
    // From when it could have run. Once that is over it runs all the same, and fails with what the registry says.
    const until = Math.max(since, job.run_at) + missingWaitMs;
    return until > now ? { lane, reason: "missing", until } : undefined;
  }

  function blockOf(job: LaneEntrant): Block | undefined {
    const taskId = job.task_id;
    if (heldTasks().has(taskId)) return { lane: { kind: "pause", taskId }, reason: "paused", until: null };
    const block = missingBlock(job);
    if (block !== undefined) return block;
    for (const lane of lanesOf(job)) {
      const block = blockIn(lane);
      if (block !== undefined) return block;
    }
    return undefined;
  }

  function take(lane: AdmissionLane): void {
    const state = stateOf(lane);
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
  function openSooner(name: string, until: number | null): void {
    sooner.add(name);
    if (until !== null) sql.run("UPDATE parked_lanes SET until = ?1 WHERE lane = ?2 AND until > ?1", until, name);
  }

  function isDue(name: string): boolean {
    return sql.get("SELECT 1 AS due FROM parked_lanes WHERE lane = ? AND until <= ?", name, now) !== undefined;
  }

  /** @returns whether jobs were moved */
  function open(lane: Lane): boolean {
    const name = formatLane(lane);
    // Once a transaction is enough, however many jobs of the lane have ended in it.
    if (opened.has(name) || !isParked(name)) return false;
    opened.add(name);
    let room = OPEN_BATCH;
    if (lane.kind === "pause") {
      if (heldTasks().has(lane.taskId)) return false;
    } else if (lane.kind === "missing") {
      if (goneSince(lane) !== undefined && !isDue(name)) return false;
    } else if (isAdmissionLane(lane)) {
      const block = blockIn(lane);
      if (block !== undefined) {
        sql.run("UPDATE parked_lanes SET reason = ?, until = ? WHERE lane = ?", block.reason, block.until, name);
        return false;
      }
      const { limits, running, tokens } = stateOf(lane);
      if (limits.concurrency !== null) room = Math.min(room, limits.concurrency - running);
      if (limits.rate !== null) room = Math.min(room, Math.floor(tokens));
    }
    const moved = sql.run(
      `UPDATE jobs SET gate = ${GATES.ready}, lane = NULL WHERE id IN (
         SELECT id FROM jobs INDEXED BY jobs_parked WHERE gate = ${GATES.parked} AND lane = ? ORDER BY rank, id LIMIT ?)`,
      name,
      room,
    ).changes;
    if (moved < room) {
      sql.run("DELETE FROM parked_lanes WHERE lane = ?", name);
      parked.set(name, false);
    } else if (room === OPEN_BATCH) {
      // More of them fit: the next transaction goes on.
      sql.run("UPDATE parked_lanes SET until = ? WHERE lane = ?", now, name);
    } else if (isAdmissionLane(lane)) {
      // Full again once those are claimed. A rate lane opens by itself with the next token.
      const { limits: full, opensAt } = stateOf(lane);
      const until = full.rate === null ? opensAt : nextTokenAt(0, full.rate, now);
      sql.run("UPDATE parked_lanes SET until = ? WHERE lane = ?", until, name);
    }
    return moved > 0;
  }

  return {
    blockOf,
    open,
    state: stateOf,
    admit(job) {
      const block = blockOf(job);
      if (block !== undefined) return block;
      for (const lane of lanesOf(job)) take(lane);
      return undefined;
    },
    openFor(job) {
      for (const lane of lanesOf(job)) open(lane);
    },
    openOthers(job, blocked) {
      let moved = false;
      for (const lane of lanesOf(job)) {
        if (lane.kind === blocked.kind) continue;
        opened.delete(formatLane(lane));
        if (open(lane)) moved = true;
      }
      return moved;
    },
    openDue() {
      const due = sql.all<{ lane: string }>("SELECT lane FROM parked_lanes WHERE until <= ? LIMIT 100", now);
      for (const row of due) open(parseLane(row.lane));
    },
    parkedLane(job) {
      const lanes: Lane[] = [{ kind: "pause", taskId: job.task_id }, ...lanesOf(job)];
      return lanes.find((lane) => isParked(formatLane(lane)));
    },
    park(jobId, { lane, reason, until }) {
      const name = formatLane(lane);
      sql.run(`UPDATE jobs SET gate = ${GATES.parked}, lane = ? WHERE id = ? AND gate = ${GATES.ready}`, name, jobId);
      if (isParked(name)) {
        if (!sooner.has(name)) openSooner(name, until);
        return;
      }
      sql.run("INSERT INTO parked_lanes (lane, reason, until) VALUES (?, ?, ?)", name, reason, until);
      parked.set(name, true);
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
