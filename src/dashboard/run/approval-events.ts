import type { EventPattern } from "../live/live.ts";

/** Events after which there may be another approval, or one less. */
export const APPROVAL_EVENTS: readonly EventPattern[] = [
  "execution.sleeping",
  "execution.settled",
  "execution.completed",
  "execution.failed",
  "execution.cancelled",
  "job.started",
  "job.sleeping",
];
