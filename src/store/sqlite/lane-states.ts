import { afterStart, type LaneState } from "../policy/admission.ts";
import { type AdmissionLane, formatLane } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";
import { countRunning, readLimits, readTokens } from "./lane-limits.ts";
import { readSuspects } from "./suspects.ts";

/** How full lanes are, within one transaction. Each lane is read once, and buckets are written at the end. */
export interface LaneStates {
  of(lane: AdmissionLane): LaneState;
  /** Counts a job that starts and takes a slot and a token. */
  start(lane: AdmissionLane): void;
  /** Writes the buckets that changed. */
  save(): void;
}

interface Entry {
  state: LaneState;
  /** Whether the bucket has to be written. */
  changed: boolean;
}

/** @param now wall clock, ms */
export function createLaneStates(sql: Sql, now: number): LaneStates {
  const entries = new Map<string, Entry>();

  function entryOf(lane: AdmissionLane): Entry {
    const name = formatLane(lane);
    let entry = entries.get(name);
    if (entry === undefined) {
      entry = lane.kind === "suspect" ? readSuspectLane(sql, lane.rescues, now) : readLimitedLane(sql, lane, now);
      entries.set(name, entry);
    }
    return entry;
  }

  return {
    of: (lane) => entryOf(lane).state,
    start(lane) {
      const entry = entryOf(lane);
      entry.state = afterStart(entry.state);
      if (entry.state.limits.rate !== null) entry.changed = true;
    },
    save() {
      for (const [name, { state, changed }] of entries) {
        if (!changed) continue;
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

function readLimitedLane(sql: Sql, lane: Exclude<AdmissionLane, { kind: "suspect" }>, now: number): Entry {
  const limits = readLimits(sql, lane);
  const running = limits.concurrency === null ? 0 : countRunning(sql, lane);
  const bucket = limits.rate === null ? { tokens: 0, ahead: false } : readTokens(sql, lane, limits.rate, now);
  return { state: { limits, running, opensAt: null, tokens: bucket.tokens }, changed: bucket.ahead };
}

function readSuspectLane(sql: Sql, rescues: number, now: number): Entry {
  const { limit, running, opensAt } = readSuspects(sql, rescues, now);
  return { state: { limits: { concurrency: limit, rate: null }, running, opensAt, tokens: 0 }, changed: false };
}
