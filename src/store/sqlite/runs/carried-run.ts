import type { RunWritten } from "../../contract/runs.ts";
import type { RunWork } from "./run-work.ts";

/** A run whose changes are made. */
export interface CarriedRun {
  work: RunWork;
  executionId: number;
  jobId: number;
  taskId: number;
  written: RunWritten;
}
