import { type Block, blockIn, type LaneState, reopensAt, roomIn } from "../policy/admission.ts";
import { type AdmissionLane, formatLane, isAdmissionLane, type Lane, type LaneUser, lanesOf } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";
import { createLaneStates, type LaneStates } from "./lane-states.ts";
import { DEFAULT_MISSING_WAIT_MS } from "./missing-tasks.ts";
import { createParkedLanes, type ParkedLanes } from "./parked-lanes.ts";
import { createStartBlocks, type LaneEntrant, type StartBlocks } from "./start-blocks.ts";

/** The most jobs that leave a lane at once, so that a long lane does not hold up everything else. */
const OPEN_BATCH = 1_000;

/** Admission through lanes, within one transaction: reads each lane once and writes buckets at the end. */
export interface LaneBook {
  /** Admits a job, which takes a slot and a token of each lane, or returns what blocks it. */
  admit(job: LaneEntrant): Block | undefined;
  /** Returns what blocks a job, and changes nothing. */
  blockOf(job: LaneEntrant): Block | undefined;
  state(lane: AdmissionLane): LaneState;
  /** Makes parked jobs of a lane ready, as many as there is room for. @returns whether any were made ready */
  open(lane: Lane): boolean;
  /** Opens the lanes that a job went through. */
  openFor(job: LaneUser): void;
  /**
   * After a job was parked in one lane: opens its other lanes again, because the room that was kept for it there is
   * free.
   * @returns whether jobs were made ready
   */
  openOthers(job: LaneUser, blocked: Lane): boolean;
  /** Opens the lanes whose time has come. */
  openDue(): void;
  /** A lane in which earlier jobs wait for the same thing, so that a new job can be parked behind them at once. */
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
  const pages: Pages = { now, states, blocks, parked, opened: new Set() };
  return {
    blockOf: blocks.of,
    open: (lane) => open(pages, lane),
    state: states.of,
    admit(job) {
      const block = blocks.of(job);
      if (block !== undefined) return block;
      for (const lane of lanesOf(job)) states.start(lane);
      return undefined;
    },
    openFor(job) {
      for (const lane of lanesOf(job)) open(pages, lane);
    },
    openOthers: (job, blocked) => openOthers(pages, job, blocked),
    openDue() {
      for (const lane of parked.due()) open(pages, lane);
    },
    parkedLane: (job) =>
      [{ kind: "pause", taskId: job.task_id } satisfies Lane, ...lanesOf(job)].find((lane) => parked.has(lane)),
    park: parked.park,
    save: states.save,
  };
}

/** What a {@link LaneBook} has read and done so far. */
interface Pages {
  /** Wall clock, ms. */
  now: number;
  states: LaneStates;
  blocks: StartBlocks;
  parked: ParkedLanes;
  /** Names of the lanes that were opened. */
  opened: Set<string>;
}

function open(pages: Pages, lane: Lane): boolean {
  const { parked, opened } = pages;
  // Once in a transaction is enough, however many jobs of the lane have ended in it.
  const name = formatLane(lane);
  if (opened.has(name) || !parked.has(lane)) return false;
  opened.add(name);
  const room = roomToOpen(pages, lane);
  if (room === 0) return false;
  const moved = parked.release(lane, room);
  if (moved < room) parked.remove(lane);
  // There is room for more of them: the next transaction continues.
  else if (room === OPEN_BATCH) parked.setUntil(lane, pages.now);
  // The lane will be full again once those are claimed.
  else if (isAdmissionLane(lane)) parked.setUntil(lane, reopensAt(pages.states.of(lane), pages.now));
  return moved > 0;
}

/** How many parked jobs a lane has room for now. Stores what blocks them when that is 0. */
function roomToOpen({ now, states, blocks, parked }: Pages, lane: Lane): number {
  switch (lane.kind) {
    case "all":
    case "any-key":
    case "map":
      // No job goes through these. The end of a child lets the next one of a map start.
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

function openOthers(pages: Pages, job: LaneUser, blocked: Lane): boolean {
  let moved = false;
  for (const lane of lanesOf(job)) {
    if (lane.kind === blocked.kind) continue;
    pages.opened.delete(formatLane(lane));
    if (open(pages, lane)) moved = true;
  }
  return moved;
}
