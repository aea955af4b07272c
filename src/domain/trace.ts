/**
 * Where something stands in a trace (W3C Trace Context). Ids are hexadecimal digits in lower case: 32 of a trace, 16 of a
 * span.
 */
export interface TraceContext {
  traceId: string;
  /** The span that is the parent of what follows. */
  spanId: string;
  /** Bit 0: the caller records the trace. Bit 1: the id of the trace is random. */
  flags: number;
  /** The header `tracestate`, which is passed on as it came. */
  state: string | null;
}

/** The flag that says that a trace is recorded. */
export const SAMPLED = 0x01;

/** The request that created a job or a direct execution. Times are µs since the epoch. */
export interface RequestOrigin {
  spanId: string;
  /** The caller's span; null if it sent none. */
  parentSpanId: string | null;
  method: string;
  /** Path of the route, with names in place of values. */
  route: string;
  startedUs: number;
}

/** How a job came about, as its trace shows it. Times are µs since the epoch. */
export interface JobTrace {
  traceId: string;
  flags: number;
  state: string | null;
  /** The span of enqueuing, the parent of all attempts. */
  spanId: string;
  startedUs: number;
  /** null if no request created the job. */
  request: RequestOrigin | null;
}

/** Number of hexadecimal digits that the ids of an execution's spans have in common. */
export const SPAN_PREFIX_DIGITS = 12;

/** What a trace needs to know of an execution from its start on. */
export interface ExecutionTraceStart {
  traceId: string;
  /**
   * The first {@link SPAN_PREFIX_DIGITS} of the ids of all its spans, or of those of its first stretch at work if it sleeps. The
   * last 4 are the number of the span.
   */
  spanPrefix: string;
  /** For an execution that has slept. */
  before?: StretchesBefore | undefined;
}

/** What was before a stretch of an execution at work that has slept. Times are µs since the epoch. */
export interface StretchesBefore {
  /** When its first stretch began. */
  startedUs: number;
  /** When its latest one ended. */
  endedUs: number;
  /** What the execution waited for then, such as `wait paid`. */
  waitedFor: readonly string[];
}

type StoredRequest = [spanId: string, parentSpanId: string | null, method: string, route: string, startedUs: number];
type StoredJobTrace = [spanId: string, startedUs: number, flags: number, state: string | null, request?: StoredRequest];

/** Formats what a job's row keeps of its trace besides the id. It is short, because every job has it. */
export function formatJobTrace({ spanId, startedUs, flags, state, request }: JobTrace): string {
  const stored: StoredJobTrace = [spanId, startedUs, flags, state];
  if (request !== null) {
    stored.push([request.spanId, request.parentSpanId, request.method, request.route, request.startedUs]);
  }
  return JSON.stringify(stored);
}

/** Parses what {@link formatJobTrace} wrote. */
export function parseJobTrace(traceId: string, text: string): JobTrace {
  const [spanId, startedUs, flags, state, request] = JSON.parse(text) as StoredJobTrace;
  return { traceId, spanId, startedUs, flags, state, request: request === undefined ? null : originOf(request) };
}

function originOf([spanId, parentSpanId, method, route, startedUs]: StoredRequest): RequestOrigin {
  return { spanId, parentSpanId, method, route, startedUs };
}

/** What a span is to the others: it answers a request of another program, sends one, or neither. */
export type SpanKind = "internal" | "server" | "client";

/** A span of a trace. Times are µs since the epoch. */
export interface Span {
  spanId: string;
  /** null if it is the root of its trace. */
  parentSpanId: string | null;
  name: string;
  kind: SpanKind;
  startedUs: number;
  /** null while it lasts. */
  durationUs: number | null;
  /** Why it failed; null if it did not. */
  error: string | null;
  attributes: Readonly<Record<string, string | number>>;
}

/** The headers by which a request takes part in a trace. */
export interface OutgoingTrace {
  traceparent: string;
  tracestate: string | null;
}

/** The hosts to which requests of tasks carry their trace. A host is a name, `*.` and a name, or either with a port. */
export type TracePropagation = "all" | "none" | readonly string[];
