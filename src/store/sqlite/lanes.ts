import { type Block, blockIn, type LaneState, reopensAt, roomIn } from "../policy/admission.ts";
import { type AdmissionLane, formatLane, isAdmissionLane, type Lane, type LaneUser, lanesOf } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";
import { createLaneStates } from "./lane-states.ts";
import { DEFAULT_MISSING_WAIT_MS } from "./missing-tasks.ts";
import { createParkedLanes } from "./parked-lanes.ts";
import { createStartBlocks, type LaneEntrant } from "./start-blocks.ts";

/** No more jobs than these are moved out of a lane at once, so that a long one does not hold up everything else. */
const OPEN_BATCH = 1_000;

/** Admission through lanes, within one transaction: reads each lane once and writes buckets back at the end. */
export interface LaneBook {
  /** Admits a job, which takes a slot and a token of each lane, or returns what is in its way. */
  admit(job: LaneEntrant): Block | undefined;
  /** Returns what is in the way of a job, and changes nothing. */
  blockOf(job: LaneEntrant): Block | undefined;
  state(lane: AdmissionLane): LaneState;
  /** Moves jobs that now fit out of a lane in which jobs are parked. @returns whether jobs were moved */
  open(lane: Lane): boolean;
  /** Opens the lanes that a job went through. */
  openFor(job: LaneUser): void;
  /**
   * After a job was parked in one lane: opens the others that it goes through again, since the place that was kept for
   * it there is free.
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
  const states = createLaneStates(sql, now);
  const blocks = createStartBlocks(sql, states, { now, missingWaitMs });
  const parked = createParkedLanes(sql, now);
  const opened = new Set<string>();

  /** How many jobs a lane can let go now. Stores what blocks them when the number is 0. */
  function roomToOpen(lane: Lane): number {
    switch (lane.kind) {
      case "all":
      case "any-key":
        // No job goes through these.
        return 0;
      case "pause":
        return blocks.isHeld(lane.taskId) ? 0 : OPEN_BATCH;
      case "missing":
        return blocks.isMissing(lane) && !parked.isDue(lane) ? 0 : OPEN_BATCH;
      case "task":
      case "key":
      case "suspect": {
        const block = blockIn(lane, states.of(lane), now);
        if (block === undefined) return Math.min(OPEN_BATCH, roomIn(states.of(lane)));
        parked.keepClosed(block);
        return 0;
      }
    }
  }

  function open(lane: Lane): boolean {
    // Once a transaction is enough, however many jobs of the lane have ended in it.
    const name = formatLane(lane);
    if (opened.has(name) || !parked.has(lane)) return false;
    opened.add(name);
    const room = roomToOpen(lane);
    if (room === 0) return false;
    const moved = parked.release(lane, room);
    if (moved < room) parked.remove(lane);
    // More of them fit: the next transaction goes on.
    else if (room === OPEN_BATCH) parked.setUntil(lane, now);
    // Full again once those are claimed.
    else if (isAdmissionLane(lane)) parked.setUntil(lane, reopensAt(states.of(lane), now));
    return moved > 0;
  }

  return {
    blockOf: blocks.of,
    open,
    state: states.of,
    admit(job) {
      const block = blocks.of(job);
      if (block !== undefined) return block;
      for (const lane of lanesOf(job)) states.start(lane);
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
      for (const lane of parked.due()) open(lane);
    },
    parkedLane: (job) =>
      [{ kind: "pause", taskId: job.task_id } satisfies Lane, ...lanesOf(job)].find((lane) => parked.has(lane)),
    park: parked.park,
    save: states.save,
  };
}
