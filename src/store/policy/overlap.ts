import type { OverlapPolicy } from "../../domain/schedule.ts";

/** The most firings that a schedule buffers. A schedule whose jobs never end must not fill the disk. */
export const MOST_BUFFERED = 10_000;

/** The state of a schedule that decides what to do with a firing. */
export interface OverlapState {
  /** Whether a job of the schedule is unfinished. */
  unfinished: boolean;
  /** Number of firings that wait for unfinished jobs. */
  buffered: number;
}

/** What to do with a due firing. */
export type OverlapDecision =
  /** `cancelOthers`: cancel the unfinished jobs of the schedule first, and skip its buffered firings. */
  | { kind: "enqueue"; cancelOthers: boolean }
  /** Enqueue it when the unfinished jobs have ended. */
  | { kind: "buffer" }
  | { kind: "skip"; reason: string };

const UNFINISHED: OverlapDecision = { kind: "skip", reason: "an earlier job was unfinished" };
const FULL: OverlapDecision = { kind: "skip", reason: "too many firings were waiting" };

/** Applies an overlap policy. */
export function decideOverlap(policy: OverlapPolicy, { unfinished, buffered }: OverlapState): OverlapDecision {
  if (policy === "allow_all" || (!unfinished && buffered === 0)) return { kind: "enqueue", cancelOthers: false };
  switch (policy) {
    case "skip":
      return UNFINISHED;
    case "buffer_one":
      return buffered === 0 ? { kind: "buffer" } : UNFINISHED;
    case "buffer_all":
      return buffered < MOST_BUFFERED ? { kind: "buffer" } : FULL;
    case "cancel_other":
      return { kind: "enqueue", cancelOthers: true };
  }
}
