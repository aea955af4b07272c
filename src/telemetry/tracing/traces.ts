import type { JobTrace } from "../../domain/trace.ts";
import { newJobTrace } from "./new-job-trace.ts";
import { createRequestTraces, type RequestTraces } from "./request-traces.ts";
import { createSpanClock, type SpanClock } from "./span-clock.ts";

/** The traces of a server. */
export interface Traces {
  now: SpanClock;
  requests: RequestTraces;
  /** Returns the trace of a job that the current request creates; a new one if there is no request. */
  newJob(): JobTrace;
}

export function createTraces(): Traces {
  const now = createSpanClock();
  const requests = createRequestTraces(now);
  return { now, requests, newJob: () => newJobTrace(requests.current(), now()) };
}
