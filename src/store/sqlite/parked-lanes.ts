import type { Block } from "../policy/admission.ts";
import { GATES } from "../policy/gates.ts";
import { formatLane, type Lane, parseLane } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";

/** Lanes opened because of their time in one transaction. */
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
  /** Makes the first jobs of a lane ready. @returns how many there were, at most `limit` */
  release(lane: Lane, limit: number): number;
  /** Removes a lane that has no jobs left. */
  remove(lane: Lane): void;
  /** Sets when a lane opens by itself, ms since the epoch; null for never. */
  setUntil(lane: Lane, until: number | null): void;
}

/** @param now wall clock, ms */
export function createParkedLanes(sql: Sql, now: number): ParkedLanes {
  const known = new Map<string, boolean>();
  const sooner = new Set<string>();

  function has(name: string): boolean {
    let found = known.get(name);
    if (found === undefined) {
      found = sql.get("SELECT 1 AS found FROM parked_lanes WHERE lane = ?", name) !== undefined;
      known.set(name, found);
    }
    return found;
  }

  /** A lane may open before the time that was stored when its first job was parked. */
  function openSooner(name: string, until: number | null): void {
    // The jobs that follow in this transaction have the same time.
    if (sooner.has(name)) return;
    sooner.add(name);
    if (until !== null) sql.run("UPDATE parked_lanes SET until = ?1 WHERE lane = ?2 AND until > ?1", until, name);
  }

  return {
    has: (lane) => has(formatLane(lane)),
    isDue(lane) {
      const query = "SELECT 1 AS due FROM parked_lanes WHERE lane = ? AND until <= ?";
      return sql.get(query, formatLane(lane), now) !== undefined;
    },
    due() {
      const query = "SELECT lane FROM parked_lanes WHERE until <= ? LIMIT ?";
      return sql.all<{ lane: string }>(query, now, DUE_LIMIT).map(({ lane }) => parseLane(lane));
    },
    park(jobId, { lane, reason, until }) {
      const name = formatLane(lane);
      sql.run(`UPDATE jobs SET gate = ${GATES.parked}, lane = ? WHERE id = ? AND gate = ${GATES.ready}`, name, jobId);
      if (has(name)) {
        openSooner(name, until);
        return;
      }
      sql.run("INSERT INTO parked_lanes (lane, reason, until) VALUES (?, ?, ?)", name, reason, until);
      known.set(name, true);
    },
    keepClosed({ lane, reason, until }) {
      sql.run("UPDATE parked_lanes SET reason = ?, until = ? WHERE lane = ?", reason, until, formatLane(lane));
    },
    release: (lane, limit) =>
      sql.run(
        `UPDATE jobs SET gate = ${GATES.ready}, lane = NULL WHERE id IN (
           SELECT id FROM jobs INDEXED BY jobs_parked WHERE gate = ${GATES.parked} AND lane = ? ORDER BY rank, id LIMIT ?)`,
        formatLane(lane),
        limit,
      ).changes,
    remove(lane) {
      const name = formatLane(lane);
      sql.run("DELETE FROM parked_lanes WHERE lane = ?", name);
      known.set(name, false);
    },
    setUntil(lane, until) {
      sql.run("UPDATE parked_lanes SET until = ? WHERE lane = ?", until, formatLane(lane));
    },
  };
}
