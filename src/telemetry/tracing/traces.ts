import type { JobTrace } from "../../domain/trace.ts";
import type { TraceExporter } from "../export/trace-exporter.ts";
import { newJobTrace } from "./new-job-trace.ts";
import type { TracedJob } from "./origin-spans.ts";
import { createRequestTraces, type RequestTraces } from "./request-traces.ts";
import { createSpanClock, type SpanClock } from "./span-clock.ts";

/** The traces of a server. */
export interface Traces {
  now: SpanClock;
  requests: RequestTraces;
  /** Returns the trace of a job that the current request creates; a new one if there is no request. */
  newJob(): JobTrace;
  /** Notes that a job is stored. */
  enqueued(trace: JobTrace, job: TracedJob): void;
}

/** @param exporter sends the spans. @default nothing is sent */
export function createTraces(exporter?: Pick<TraceExporter, "add">): Traces {
  const now = createSpanClock();
  const requests = createRequestTraces(now, exporter);
  return {
    now,
    requests,
    newJob: () => newJobTrace(requests.current(), now()),
    enqueued(trace, job) {
      if (exporter === undefined) return;
      const request = requests.current();
      if (request !== undefined) {
        // A batch has many.
        request.jobId = request.jobId === undefined ? job.jobId : null;
        request.task = job.task ?? undefined;
      }
      exporter.add({ kind: "job", trace, job, endedUs: now() });
    },
  };
}
