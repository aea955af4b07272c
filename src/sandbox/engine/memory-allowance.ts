import { DEFAULT_LIMITS, type ExecutionLimits } from "../../domain/limits.ts";
import { formatSize } from "../../lib/size.ts";
import type { MemoryRefusal } from "./memory-refusal.ts";
import { Stop } from "./stop.ts";

/** What the host may hold for an execution in addition to the guest's own memory, bytes. */
const HOST_ALLOWANCE = 48 * 1024 * 1024;

/**
 * Returns how many bytes an execution may cause in total: its guest's memory, and what the host holds for it. A task that
 * raises the limit of a response or of the output gets as much more.
 */
export function memoryAllowance(limits: ExecutionLimits): number {
  const raised = (name: "fetchResponseBytes" | "outputBytes") => Math.max(0, limits[name] - DEFAULT_LIMITS[name]);
  return limits.memoryBytes + HOST_ALLOWANCE + raised("fetchResponseBytes") + raised("outputBytes");
}

/** Ends an execution for which the host would have to hold too much, or for which the budget has nothing left. */
export function memoryStop(refusal: MemoryRefusal, limits: ExecutionLimits): Stop {
  if (refusal === "budget") {
    const message = "the memory budget of all executions together is spent";
    return new Stop("MEMORY_LIMIT", message, { remedy: MORE_BUDGET });
  }
  const limit = memoryAllowance(limits) - limits.memoryBytes;
  const message = `the response bodies, keys and outputs held for the task are over the limit of ${formatSize(limit)}`;
  return new Stop("MEMORY_LIMIT", message, { data: { limit, unit: "bytes" }, remedy: HOLD_LESS });
}

const HOLD_LESS =
  "read each response body as soon as it arrives, make fewer fetches at a time, or give the task more memory (limits.memory in metadata.json)";
const MORE_BUDGET =
  "run fewer tasks at a time, or give all of them together more memory (execution.memory_budget of a server)";
