import { RUN_TIME_CLASSES, runTimeClass } from "../../domain/run-times.ts";
import type { HistoryCounts } from "../contract/history.ts";

/** What one piece of work adds to the history of a task. */
export class HistoryDelta implements HistoryCounts {
  enqueued = 0;
  waits = 0;
  waitMs = 0;
  completed = 0;
  failed = 0;
  cancelled = 0;
  runMs = 0;
  /** Empty until an execution ends. */
  runTimes: number[] = [];

  /** @param durationMs null if it is not known */
  end(status: "completed" | "failed" | "cancelled", durationMs: number | null): void {
    this[status] += 1;
    if (durationMs === null) return;
    this.runMs += durationMs;
    this.#count(runTimeClass(durationMs), 1);
  }

  add(other: HistoryDelta): void {
    this.enqueued += other.enqueued;
    this.waits += other.waits;
    this.waitMs += other.waitMs;
    this.completed += other.completed;
    this.failed += other.failed;
    this.cancelled += other.cancelled;
    this.runMs += other.runMs;
    for (const [index, count] of other.runTimes.entries()) if (count > 0) this.#count(index, count);
  }

  #count(index: number, count: number): void {
    if (this.runTimes.length === 0) this.runTimes = new Array<number>(RUN_TIME_CLASSES).fill(0);
    this.runTimes[index] = (this.runTimes[index] ?? 0) + count;
  }
}
