import { DURABLE_LIMITS, type DurableRequest } from "../../domain/durable.ts";
import { formatSize } from "../../lib/size.ts";

const { operations, warnOperations, journalBytes, warnJournalBytes, fanOut, warnFanOut } = DURABLE_LIMITS;

/** What limits a run as a whole. */
export type RunBound = "operations" | "journalBytes";

/** Says that a run is halfway to a limit. Every host writes this to the console of the execution, once. */
export function nearLimit(bound: RunBound): string {
  const has =
    bound === "operations" ? `${warnOperations} operations` : `${formatSize(warnJournalBytes)} in its journal`;
  const end = bound === "operations" ? `${operations}` : formatSize(journalBytes);
  return `The run has ${has}; it ends at ${end}. context.continueAsNew begins with none.`;
}

/** Says that a map has many items; undefined for other requests. */
export function nearFanOut(request: DurableRequest): string | undefined {
  if (request.kind !== "map" || request.inputs.length <= warnFanOut || request.inputs.length > fanOut) return undefined;
  return `The map over ${request.task} has ${request.inputs.length} items; ${fanOut} are the most. Divide them among several maps.`;
}

/** Says that a kept signal did not fit a wait. */
export function passedOver(name: string, reason: string): string {
  return `The signal ${JSON.stringify(name)} was passed over: ${reason}.`;
}
