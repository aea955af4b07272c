import type { Span } from "../../domain/trace.ts";
import { readStoredSpans, SPAN_NUMBERS, STEPS, type StoredCall, type StoredSpans, spanIdOf } from "./stored-spans.ts";

/** An execution, as far as its spans show it. Times are µs since the epoch. */
export interface TracedExecution {
  /** What its row has: the common part of the ids, and the spans once it has ended or sleeps. */
  stored: string;
  /** JSON of the spans of its earlier stretches at work, in their order. @default none */
  earlier?: readonly string[];
  /** How many stretches are not kept. @default 0 */
  omitted?: number;
  /** The span of enqueuing its job; that of the request for a direct execution; null if neither is known. */
  parentSpanId: string | null;
  /** null for a run without a server. */
  executionId: number | null;
  jobId: number | null;
  attempt: number;
  /** Label of the task; null if it is not known. */
  task: string | null;
  /** Why it failed; null if it did not. */
  error: string | null;
  /** What is known of its times without its spans. Absent for a stretch that has just ended. */
  times?: ExecutionTimes;
}

/** When an execution waited, started and ended. Times are µs since the epoch. */
export interface ExecutionTimes {
  /** Of its first stretch. */
  waitedFromUs: number;
  startedUs: number;
  /** When its latest stretch began; null without sleeps. */
  wokenUs: number | null;
  endedUs: number | null;
}

/**
 * Returns the spans of an execution: of waiting, of the attempt, of its steps and fetches. One that sleeps has a span for each of its
 * stretches at work and for each sleep. Of a stretch that has just ended these are its own, and that of the attempt once it is the
 * last one.
 */
export function executionSpans(execution: TracedExecution): Span[] {
  const { spanPrefix, spans: recorded } = readStoredSpans(execution.stored);
  const earlier = (execution.earlier ?? []).map((text) => JSON.parse(text) as StoredSpans);
  const latest = recorded ?? spansByTimes(execution);
  const stretches = latest === undefined ? earlier : [...earlier, latest];
  const [only] = stretches;
  if (only === undefined) return [];
  const hasSlept = stretches.length > 1 || only.b !== undefined || only.z !== undefined;
  if (hasSlept) return runSpans(execution, { stretches, spanPrefix, isLatestKnown: recorded !== undefined });
  const hasEnded = recorded !== undefined || execution.times?.endedUs !== null;
  const attempt = attemptSpan(execution, only, { spanPrefix, durationUs: hasEnded ? only.d : null });
  const wait =
    execution.jobId === null ? [] : waitSpans(execution, only, { spanPrefix, parent: execution.parentSpanId });
  return [...wait, attempt, ...workSpans(execution, only, { spanPrefix, parent: attempt.spanId })];
}

/** What is put together of a run that has slept. */
interface RunParts {
  stretches: readonly StoredSpans[];
  spanPrefix: string;
  /** Whether the spans of the latest stretch are its own, and not made of its times. */
  isLatestKnown: boolean;
}

function runSpans(execution: TracedExecution, { stretches, spanPrefix, isLatestKnown }: RunParts): Span[] {
  const rootId = spanIdOf(spanPrefix, SPAN_NUMBERS.attempt);
  const latest = stretches.at(-1);
  const { times } = execution;
  const parts = stretches.flatMap((spans) => {
    const lasts = spans === latest && !isLatestKnown && times?.endedUs === null;
    return stretchSpans(execution, spans, { spanPrefix: spans.i ?? spanPrefix, rootId, lasts });
  });
  const sleep =
    times === undefined || latest?.z === undefined
      ? []
      : lastingSleep(execution, latest, { spanPrefix, rootId, times });
  // A stretch that has just ended with a sleep is sent alone.
  if (times === undefined && latest?.z !== undefined) return parts;
  const startedUs = times?.startedUs ?? latest?.b?.[0] ?? latest?.s ?? 0;
  const endedUs = times === undefined ? (latest?.s ?? 0) + (latest?.d ?? 0) : times.endedUs;
  const durationUs = endedUs === null ? null : Math.max(0, endedUs - startedUs);
  const x = stretches.reduce((sum, spans) => sum + (spans.x ?? 0), 0);
  const whole: StoredSpans = { s: startedUs, d: 0, p: [], ...(x > 0 && { x }) };
  return [attemptSpan(execution, whole, { spanPrefix, durationUs }), ...parts, ...sleep];
}

/** Where the spans of a stretch belong. */
interface StretchPlace {
  spanPrefix: string;
  rootId: string;
  /** It is still at work. */
  lasts: boolean;
}

function stretchSpans(
  execution: TracedExecution,
  spans: StoredSpans,
  { spanPrefix, rootId, lasts }: StretchPlace,
): Span[] {
  const id = spanIdOf(spanPrefix, SPAN_NUMBERS.stretch);
  const from = spans.b?.[1];
  const sleep =
    from === undefined
      ? []
      : [
          sleepSpan(execution, spans.b?.[2], {
            id: spanIdOf(spanPrefix, SPAN_NUMBERS.sleep),
            rootId,
            from,
            to: spans.w ?? spans.s,
          }),
        ];
  const parent = from === undefined ? execution.parentSpanId : rootId;
  const wait = execution.jobId === null ? [] : waitSpans(execution, spans, { spanPrefix, parent });
  const stretch: Span = {
    spanId: id,
    parentSpanId: rootId,
    name: "stretch",
    kind: "internal",
    startedUs: spans.s,
    durationUs: lasts ? null : spans.d,
    error: null,
    attributes: shared(execution),
  };
  return [...sleep, ...wait, stretch, ...workSpans(execution, spans, { spanPrefix, parent: id })];
}

/** The sleep after the latest stretch, which ended when the execution did, or lasts. */
function lastingSleep(
  execution: TracedExecution,
  latest: StoredSpans,
  { spanPrefix, rootId, times }: { spanPrefix: string; rootId: string; times: ExecutionTimes },
): Span[] {
  const id = spanIdOf(latest.i ?? spanPrefix, SPAN_NUMBERS.lasting);
  return [sleepSpan(execution, latest.z, { id, rootId, from: latest.s + latest.d, to: times.endedUs })];
}

interface Sleep {
  id: string;
  rootId: string;
  from: number;
  /** null while it lasts. */
  to: number | null;
}

function sleepSpan(
  execution: TracedExecution,
  waitedFor: readonly string[] = [],
  { id, rootId, from, to }: Sleep,
): Span {
  const attributes: Record<string, string | number> = shared(execution);
  if (waitedFor.length > 0) attributes["ratchet.waits_for"] = waitedFor.join(", ");
  return {
    spanId: id,
    parentSpanId: rootId,
    name: "sleep",
    kind: "internal",
    startedUs: from,
    durationUs: to === null ? null : Math.max(0, to - from),
    error: null,
    attributes,
  };
}

function attemptSpan(
  execution: TracedExecution,
  spans: StoredSpans,
  { spanPrefix, durationUs }: { spanPrefix: string; durationUs: number | null },
): Span {
  const attributes = ofAttempt(execution);
  if (spans.x !== undefined) attributes["ratchet.fetches.omitted"] = spans.x;
  if ((execution.omitted ?? 0) > 0) attributes["ratchet.stretches.omitted"] = execution.omitted ?? 0;
  return {
    spanId: spanIdOf(spanPrefix, SPAN_NUMBERS.attempt),
    parentSpanId: execution.parentSpanId,
    name: "attempt",
    kind: "internal",
    startedUs: spans.s,
    durationUs,
    error: execution.error,
    attributes,
  };
}

/** The steps of an execution, or of one of its stretches, and its fetches. */
function workSpans(
  execution: TracedExecution,
  spans: StoredSpans,
  { spanPrefix, parent }: { spanPrefix: string; parent: string },
): Span[] {
  const own = shared(execution);
  const steps = spans.p.map(([number, offset, durationUs]): Span => {
    const failed = spans.f === number ? (execution.error ?? "failed") : null;
    return {
      spanId: spanIdOf(spanPrefix, number),
      parentSpanId: parent,
      name: number === STEPS.run ? "run" : "validation",
      kind: "internal",
      startedUs: spans.s + offset,
      durationUs,
      error: failed,
      attributes: number === STEPS.run ? own : { ...own, "ratchet.validation": SIDES[number] ?? "" },
    };
  });
  const runId = spanIdOf(spanPrefix, STEPS.run);
  const calls = (spans.c ?? []).map((call) => callSpan(call, { spanPrefix, runId, startedUs: spans.s, own }));
  return [...steps, ...calls];
}

const SIDES: Readonly<Record<number, string>> = { [STEPS.input]: "input", [STEPS.output]: "output" };

/** The attributes that all spans of an execution have. They are few, because each is written for each span. */
function shared({ jobId, task }: TracedExecution): Record<string, string | number> {
  const own: Record<string, string | number> = {};
  if (jobId !== null) own["ratchet.job.id"] = jobId;
  if (task !== null) own["ratchet.task"] = task;
  return own;
}

/** The attributes of the spans of an attempt and of its wait. */
function ofAttempt(execution: TracedExecution): Record<string, string | number> {
  const own = shared(execution);
  if (execution.executionId !== null) own["ratchet.execution.id"] = execution.executionId;
  own["ratchet.attempt"] = execution.attempt;
  return own;
}

/** The spans of an execution that has not stored those of its latest stretch: it is at work, or its process was killed. */
function spansByTimes({ stored, times, earlier = [] }: TracedExecution): StoredSpans | undefined {
  if (times === undefined) return undefined;
  const { startedUs, wokenUs, endedUs, waitedFromUs } = times;
  // An execution that was cancelled while it slept has no other stretch.
  if (earlier.length > 0 && wokenUs === null) return undefined;
  const begunUs = wokenUs ?? startedUs;
  const spans: StoredSpans = { s: begunUs, d: Math.max(0, (endedUs ?? begunUs) - begunUs), p: [] };
  const last = earlier.at(-1);
  if (last === undefined) return { ...spans, w: waitedFromUs };
  const { s, d, z = [] } = JSON.parse(last) as StoredSpans;
  return { ...spans, i: otherPrefix(readStoredSpans(stored).spanPrefix), b: [startedUs, s + d, z] };
}

/** The ids of a stretch at work are not known yet: these only differ from those of the first one. */
const otherPrefix = (prefix: string): string =>
  [...prefix].map((digit) => (15 - Number.parseInt(digit, 16)).toString(16)).join("");

/** The wait for a worker. */
function waitSpans(
  execution: TracedExecution,
  { s, w }: StoredSpans,
  { spanPrefix, parent }: { spanPrefix: string; parent: string | null },
): Span[] {
  if (w === undefined) return [];
  const startedUs = Math.min(w, s);
  return [
    {
      spanId: spanIdOf(spanPrefix, SPAN_NUMBERS.wait),
      parentSpanId: parent,
      name: "wait",
      kind: "internal",
      startedUs,
      durationUs: s - startedUs,
      error: null,
      attributes: ofAttempt(execution),
    },
  ];
}

interface CallPlace {
  spanPrefix: string;
  runId: string;
  startedUs: number;
  own: Readonly<Record<string, string | number>>;
}

/** The attributes are those of the conventions for HTTP clients (OpenTelemetry, "Semantic conventions for HTTP spans"). */
function callSpan([number, offset, durationUs, method, url, status, error]: StoredCall, place: CallPlace): Span {
  const attributes: Record<string, string | number> = {
    ...place.own,
    "http.request.method": method,
    "url.full": url,
  };
  if (status > 0) attributes["http.response.status_code"] = status;
  if (URL.canParse(url)) {
    const { hostname, port, protocol } = new URL(url);
    attributes["server.address"] = hostname.replace(/^\[|\]$/g, "");
    attributes["server.port"] = port === "" ? (/^(?:https|wss):$/.test(protocol) ? 443 : 80) : Number(port);
  }
  return {
    spanId: spanIdOf(place.spanPrefix, number),
    parentSpanId: place.runId,
    name: "fetch",
    kind: "client",
    startedUs: place.startedUs + offset,
    durationUs,
    error: error === 0 ? null : error,
    attributes,
  };
}
