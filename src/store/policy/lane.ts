import { groupOf } from "./suspects.ts";

/** Identifies jobs that share limits or a reason to wait. */
export type Lane =
  /** Every job. Only pauses use it. */
  | { kind: "all" }
  | { kind: "task"; taskId: number }
  | { kind: "key"; key: string }
  /** Holds the limits for concurrency keys without their own. No job goes through it. */
  | { kind: "any-key" }
  /** Jobs of a task that is paused or disabled. */
  | { kind: "pause"; taskId: number }
  /** Jobs that wait for a task, or for one version of it. */
  | { kind: "missing"; taskId: number; version: string | null }
  /** Children of a map that start when others of it have ended. No job goes through it. */
  | { kind: "map"; executionId: number; number: number }
  /** Suspects, by the number of their rescues. The last group includes all that were rescued more often. */
  | { kind: "suspect"; rescues: number };

/** Lanes for which limits can be set. */
export type LimitLane = Extract<Lane, { kind: "task" | "key" | "any-key" }>;

/** Lanes that admit a job when there is room for it. */
export type AdmissionLane = Extract<Lane, { kind: "task" | "key" | "suspect" }>;

export function isAdmissionLane(lane: Lane): lane is AdmissionLane {
  return lane.kind === "task" || lane.kind === "key" || lane.kind === "suspect";
}

/** The text that stands for a lane in the database. {@link parseLane} reads it. */
export function formatLane(lane: Lane): string {
  switch (lane.kind) {
    case "all":
    case "any-key":
      return lane.kind;
    case "task":
      return `task:${lane.taskId}`;
    case "key":
      return `key:${lane.key}`;
    case "pause":
      return `pause:${lane.taskId}`;
    case "missing":
      return lane.version === null ? `missing:${lane.taskId}` : `missing:${lane.taskId}:${lane.version}`;
    case "map":
      return `map:${lane.executionId}:${lane.number}`;
    case "suspect":
      return `suspect:${lane.rescues}`;
  }
}

/**
 * The lane that {@link formatLane} has formatted.
 * @throws {Error} if there is no such lane: another program wrote the text
 */
export function parseLane(text: string): Lane {
  if (text === "all" || text === "any-key") return { kind: text };
  const colon = text.indexOf(":");
  const kind = text.slice(0, Math.max(0, colon));
  const rest = text.slice(colon + 1);
  if (kind === "key") return { kind, key: rest };
  const [, digits, version] = /^(\d+)(?::(.*))?$/s.exec(rest) ?? [];
  if (digits !== undefined) {
    const number = Number(digits);
    if (kind === "missing") return { kind, taskId: number, version: version ?? null };
    if (kind === "map" && version !== undefined && /^\d+$/.test(version)) {
      return { kind, executionId: number, number: Number(version) };
    }
    if (version === undefined) {
      if (kind === "task" || kind === "pause") return { kind, taskId: number };
      if (kind === "suspect") return { kind, rescues: number };
    }
  }
  throw new Error(`There is no lane ${JSON.stringify(text)}.`);
}

/** Texts of lanes: at least `from`, and less than `to`. */
export interface LaneRange {
  from: string;
  to: string;
}

/** The lanes of all concurrency keys. */
export const KEY_LANES: LaneRange = { from: "key:", to: "key;" };

/**
 * The lanes of jobs that wait for a version of a task. The lane of those that wait for the task itself is not one of
 * them.
 */
export function versionLanes(taskId: number): LaneRange {
  const task = formatLane({ kind: "missing", taskId, version: null });
  return { from: `${task}:`, to: `${task};` };
}

/** The members of a job that decide which lanes it goes through. */
export interface LaneUser {
  task_id: number;
  concurrency_key: string | null;
  rescues: number;
}

/** The lanes that a job goes through, in order. */
export function lanesOf(job: LaneUser): AdmissionLane[] {
  const lanes: AdmissionLane[] = [{ kind: "task", taskId: job.task_id }];
  if (job.concurrency_key !== null) lanes.push({ kind: "key", key: job.concurrency_key });
  const group = groupOf(job.rescues);
  if (group !== undefined) lanes.push({ kind: "suspect", rescues: group });
  return lanes;
}
