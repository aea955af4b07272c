import { DURABLE_LIMITS, type DurableError, type DurableRequest, type DurableResult } from "../../domain/durable.ts";
import { formatSize } from "../../lib/size.ts";
import { nearFanOut, nearLimit } from "./limit-warnings.ts";

/** How much a run has asked for. */
export interface RunSize {
  /** Counts a request. @returns what it rejects with if the run has asked for too much */
  add(number: number, request: DurableRequest): DurableError | undefined;
  /** Counts a result. */
  addResult(result: DurableResult): void;
  /** Bytes of requests and results. */
  bytes(): number;
}

/**
 * Counts the operations of a run and the bytes of its journal.
 * @param warn called once for each limit, when the run is halfway to it, and for maps with many items
 * @param bytes that its journal has already @default 0
 */
export function createRunSize(warn: (message: string) => void, bytes = 0): RunSize {
  let total = bytes;
  const { operations, warnOperations, journalBytes, warnJournalBytes } = DURABLE_LIMITS;
  const count = (added: number) => {
    if (total <= warnJournalBytes && total + added > warnJournalBytes) warn(nearLimit("journalBytes"));
    total += added;
  };
  return {
    add(number, request) {
      if (number > operations) {
        return limitError("RUN_LIMIT", `a run has up to ${operations} operations`, { limit: operations });
      }
      if (number === warnOperations) warn(nearLimit("operations"));
      const many = nearFanOut(request);
      if (many !== undefined) warn(many);
      count(sizeOf(request));
      if (total <= journalBytes) return undefined;
      const message = `the journal of a run has up to ${formatSize(journalBytes)} of requests and results`;
      return limitError("RUN_LIMIT", message, { limit: journalBytes });
    },
    addResult(result) {
      count(result.ok ? (result.json?.length ?? 0) : result.error.message.length);
    },
    bytes: () => total,
  };
}

function limitError(code: string, message: string, data: { limit: number }): DurableError {
  return { name: "RangeError", code, message: `${message}; context.continueAsNew begins a new one`, data };
}

/** Texts count, and each request a little. */
function sizeOf(request: DurableRequest): number {
  const fixed = 100;
  switch (request.kind) {
    case "call":
      return fixed + request.input.length;
    case "map":
      return request.inputs.reduce((sum, input) => sum + input.length, fixed);
    case "emit":
      return fixed + request.value.length;
    default:
      return fixed;
  }
}
