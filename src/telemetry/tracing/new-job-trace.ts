import { type JobTrace, SAMPLED } from "../../domain/trace.ts";
import { randomHex } from "../../lib/random-hex.ts";
import { originOf, type RequestSpan } from "./request-traces.ts";

/**
 * Returns the trace of a job that is being created.
 * @param request the request that creates it; undefined if none does, such as for a schedule
 * @param startedUs µs since the epoch
 */
export function newJobTrace(request: RequestSpan | undefined, startedUs: number): JobTrace {
  const spanId = randomHex(8);
  if (request === undefined) {
    return { traceId: randomHex(16), flags: SAMPLED, state: null, spanId, startedUs, request: null };
  }
  const { traceId, flags, state } = request.context;
  return { traceId, flags, state, spanId, startedUs, request: originOf(request) };
}
