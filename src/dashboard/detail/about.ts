import type { LiveEvent } from "../live/live.ts";

/** Returns what tells events of one job from those of others. */
export function aboutJob(jobId: number): (event: LiveEvent) => boolean {
  return (event) => event.detail().jobId === jobId;
}

/** Returns what tells events of one execution from those of others. */
export function aboutExecution(executionId: number): (event: LiveEvent) => boolean {
  return (event) => event.detail().executionId === executionId;
}
