import type { Span } from "../../domain/trace.ts";

/** An event of Chrome's trace format ("Trace Event Format"). Times are in microseconds. */
export interface ChromeEvent {
  name: string;
  /** `X`: a span; `M`: the name of a track. */
  ph: "X" | "M";
  pid: number;
  tid: number;
  cat?: string;
  ts?: number;
  dur?: number;
  args: Readonly<Record<string, string | number>>;
}

/** A file in Chrome's trace format. Perfetto and chrome://tracing open it. */
export interface ChromeTrace {
  traceEvents: ChromeEvent[];
  displayTimeUnit: "ms";
  otherData: Readonly<Record<string, string>>;
}

/** Number of the only process. */
export const CHROME_PROCESS = 1;

/** The process of all spans, and its name. */
export const CHROME_PROCESS_NAME: ChromeEvent = {
  name: "process_name",
  ph: "M",
  pid: CHROME_PROCESS,
  tid: 0,
  args: { name: "ratchet" },
};

/** Names a track. */
export function trackName(tid: number, name: string): ChromeEvent {
  return { name: "thread_name", ph: "M", pid: CHROME_PROCESS, tid, args: { name } };
}

/** Converts spans to Chrome's trace format. A span that still lasts ends where the last one of the others does. */
export function chromeTrace(traceId: string, spans: readonly Span[]): ChromeTrace {
  const events = chromeEvents(spans);
  const names = new Map<number, string>();
  for (const [index, { tid }] of events.entries()) {
    if (!names.has(tid)) names.set(tid, tid === 1 ? "execution" : (spans[index]?.name ?? ""));
  }
  const tracks = [...names].map(([tid, name]) => trackName(tid, name));
  return {
    traceEvents: [CHROME_PROCESS_NAME, ...tracks, ...events],
    displayTimeUnit: "ms",
    otherData: { traceId },
  };
}

/** Converts spans to events, in their order, on tracks from 1 on. Those of one track overlap only as a stack. */
export function chromeEvents(spans: readonly Span[]): ChromeEvent[] {
  const end = Math.max(...spans.map(({ startedUs, durationUs }) => startedUs + (durationUs ?? 0)));
  const tracks = assignTracks(spans, end);
  return spans.map((span): ChromeEvent => {
    const args: Record<string, string | number> = { ...span.attributes, spanId: span.spanId };
    if (span.parentSpanId !== null) args.parentSpanId = span.parentSpanId;
    if (span.error !== null) args.error = span.error;
    const dur = span.durationUs ?? end - span.startedUs;
    const tid = tracks.get(span.spanId) ?? 1;
    return { name: shownName(span), ph: "X", cat: span.kind, ts: span.startedUs, dur, pid: CHROME_PROCESS, tid, args };
  });
}

/** Fetches are told apart by what they call. */
function shownName({ name, attributes }: Span): string {
  const url = attributes["url.full"];
  return url === undefined ? name : `${name} ${attributes["http.request.method"]} ${url}`;
}

/**
 * Puts each span on the first track on which it lies within its ancestors and overlaps nothing else, since viewers show the
 * spans of one track as a stack.
 * @returns the tracks by span ids, from 1
 */
function assignTracks(spans: readonly Span[], end: number): Map<string, number> {
  const endOf = ({ startedUs, durationUs }: Span) => (durationUs === null ? end : startedUs + durationUs);
  const parents = new Map(spans.map(({ spanId, parentSpanId }) => [spanId, parentSpanId]));
  const isBelow = (span: Span, ancestor: Span): boolean => {
    for (let at = span.parentSpanId; at !== null; at = parents.get(at) ?? null) if (at === ancestor.spanId) return true;
    return false;
  };
  const depthOf = (span: Span): number => {
    let depth = 0;
    for (let at = span.parentSpanId; at !== null; at = parents.get(at) ?? null) depth += 1;
    return depth;
  };
  const order = [...spans].sort((a, b) => a.startedUs - b.startedUs || depthOf(a) - depthOf(b) || endOf(b) - endOf(a));
  const tracks: Span[][] = [];
  const found = new Map<string, number>();
  for (const span of order) {
    const at = tracks.findIndex((stack) => {
      while (stack.length > 0 && endOf(stack.at(-1) as Span) <= span.startedUs) stack.pop();
      const top = stack.at(-1);
      return top === undefined || (isBelow(span, top) && endOf(span) <= endOf(top));
    });
    const track = at === -1 ? tracks.length : at;
    tracks[track] ??= [];
    tracks[track].push(span);
    found.set(span.spanId, track + 1);
  }
  return found;
}
