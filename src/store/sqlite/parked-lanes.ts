import type { Block } from "../policy/admission.ts";
import { GATES } from "../policy/gates.ts";
import { formatLane, type Lane, parseLane } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";

/** The most lanes that open because of their time in one transaction. */
const DUE_LIMIT = 100;

/** Lanes in which jobs are parked, within one transaction. */
export interface ParkedLanes {
  has(lane: Lane): boolean;
  /** Whether the time has come at which a lane opens by itself. */
  isDue(lane: Lane): boolean;
  /** Some of the lanes whose time has come. */
  due(): Lane[];
  park(jobId: number, block: Block): void;
  /** Stores what keeps a lane closed now. */
  keepClosed(block: Block): void;
  /** Makes the first jobs of a lane ready. @returns how many, at most `limit` */
  release(lane: Lane, limit: number): number;
  /** Removes a lane that has no jobs left. */
  remove(lane: Lane): void;
  /** Sets when a lane opens by itself, ms since the epoch; null for never. */
  setUntil(lane: Lane, until: number | null): void;
}

/** @param now wall clock, ms */
export function createParkedLanes(sql: Sql, now: number): ParkedLanes {
  const seen: Seen = { parked: new Map(), hastened: new Set() };
  return {
    has: (lane) => isParked(sql, seen, formatLane(lane)),
    isDue(lane) {
      const query = "SELECT 1 AS due FROM parked_lanes WHERE lane = ? AND until <= ?";
      return sql.get(query, formatLane(lane), now) !== undefined;
    },
    due() {
      const query = "SELECT lane FROM parked_lanes WHERE until <= ? LIMIT ?";
      return sql.all<{ lane: string }>(query, now, DUE_LIMIT).map(({ lane }) => parseLane(lane));
    },
    park: (jobId, block) => park(sql, seen, jobId, block),
    keepClosed({ lane, reason, until }) {
      sql.run("UPDATE parked_lanes SET reason = ?, until = ? WHERE lane = ?", reason, until, formatLane(lane));
    },
    release: (lane, limit) => release(sql, lane, limit),
    remove(lane) {
      const name = formatLane(lane);
      sql.run("DELETE FROM parked_lanes WHERE lane = ?", name);
      seen.parked.set(name, false);
    },
    setUntil(lane, until) {
      sql.run("UPDATE parked_lanes SET until = ? WHERE lane = ?", until, formatLane(lane));
    },
  };
}

/** What is known about lanes by now, by their names. */
interface Seen {
  /** Whether jobs are parked in them. */
  parked: Map<string, boolean>;
  /** Those whose opening time was brought forward. */
  hastened: Set<string>;
}

function isParked(sql: Sql, { parked }: Seen, name: string): boolean {
  let found = parked.get(name);
  if (found === undefined) {
    found = sql.get("SELECT 1 AS found FROM parked_lanes WHERE lane = ?", name) !== undefined;
    parked.set(name, found);
  }
  return found;
}

function park(sql: Sql, seen: Seen, jobId: number, { lane, reason, until }: Block): void {
  const name = formatLane(lane);
  sql.run(`UPDATE jobs SET gate = ${GATES.parked}, lane = ? WHERE id = ? AND gate = ${GATES.ready}`, name, jobId);
  if (isParked(sql, seen, name)) {
    hasten(sql, seen, name, until);
    return;
  }
  sql.run("INSERT INTO parked_lanes (lane, reason, until) VALUES (?, ?, ?)", name, reason, until);
  seen.parked.set(name, true);
}

/** A lane may open before the time that was stored when its first job was parked. */
function hasten(sql: Sql, { hastened }: Seen, name: string, until: number | null): void {
  // Jobs that are parked later in this transaction have the same time.
  if (hastened.has(name)) return;
  hastened.add(name);
  if (until !== null) sql.run("UPDATE parked_lanes SET until = ?1 WHERE lane = ?2 AND until > ?1", until, name);
}

function release(sql: Sql, lane: Lane, limit: number): number {
  const { changes } = sql.run(
    `UPDATE jobs SET gate = ${GATES.ready}, lane = NULL WHERE id IN (
       SELECT id FROM jobs INDEXED BY jobs_parked WHERE gate = ${GATES.parked} AND lane = ? ORDER BY rank, id LIMIT ?)`,
    formatLane(lane),
    limit,
  );
  return changes;
}
