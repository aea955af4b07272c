import type { JobTrace, RequestOrigin } from "../../domain/trace.ts";
import type { TracedExecution } from "../tracing/execution-spans.ts";
import type { RequestEnd, TracedJob } from "../tracing/origin-spans.ts";

/** What spans of a trace have in common. */
export interface ExportedTrace {
  traceId: string;
  flags: number;
  state: string | null;
}

/** What has ended, and is to be exported. It becomes spans on the thread that sends them. */
export type ExportItem =
  | { kind: "request"; trace: ExportedTrace; request: RequestOrigin; end: RequestEnd }
  | { kind: "job"; trace: JobTrace; job: TracedJob; endedUs: number }
  | { kind: "execution"; trace: ExportedTrace; execution: TracedExecution };

/** A message to the thread. */
export type ToThread =
  /** JSON of the items: a text is copied faster than objects. */
  | { kind: "items"; json: string; count: number }
  /** Send everything now, and say when that is done. */
  | { kind: "flush" };

/** A message of the thread. */
export type FromThread =
  /** So many items were sent, or dropped. */
  | { kind: "done"; count: number; problem?: string }
  /** An export was refused, and is tried again. */
  | { kind: "problem"; problem: string }
  | { kind: "flushed" };
