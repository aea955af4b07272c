import type { Trace } from "../../../dist/generated/api-types.ts";
import type { TimelineRow } from "./timeline-row.ts";

type Span = Trace["spans"][number];

/** Returns the spans of a trace as the rows of a timeline: each with its parts below it, in the order in which they began. */
export function spanRows(spans: readonly Span[]): TimelineRow[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const rootOf = ({ parentSpanId }: Span) => (parentSpanId !== null && known.has(parentSpanId) ? parentSpanId : "");
  const parts = Map.groupBy(spans, rootOf);
  const below = (id: string, depth: number): TimelineRow[] =>
    (parts.get(id) ?? [])
      .map((span) => rowOf(span, depth))
      .sort((a, b) => a.startMs - b.startMs)
      .flatMap((row) => [row, ...below(row.id, depth + 1)]);
  return below("", 0);
}

function rowOf(span: Span, depth: number): TimelineRow {
  return {
    id: span.spanId,
    name: span.name,
    detail: detailOf(span),
    startMs: timeOf(span.startedAt),
    durationMs: span.durationUs === null ? null : span.durationUs / 1_000,
    tone: toneOf(span),
    error: span.status === "error" ? (span.message ?? "failed") : null,
    depth,
  };
}

/** Returns a time with microseconds as ms since the epoch, with a fraction. `Date` has whole milliseconds. */
function timeOf(text: string): number {
  const [, microseconds = "0"] = /\.\d{3}(\d{1,3})Z$/.exec(text) ?? [];
  return Date.parse(text) + Number(microseconds.padEnd(3, "0")) / 1_000;
}

function toneOf({ name, kind }: Span): TimelineRow["tone"] {
  if (kind === "client") return "call";
  if (name === "wait" || name === "sleep") return "waiting";
  return name === "run" ? "busy" : "quiet";
}

/** What distinguishes spans with the same name. */
function detailOf({ attributes }: Span): string {
  const method = attributes["http.request.method"];
  const url = attributes["url.full"];
  const status = attributes["http.response.status_code"];
  const side = attributes["ratchet.validation"];
  if (url !== undefined)
    return [method, shortAddress(String(url)), status].filter((part) => part !== undefined).join(" ");
  const waitsFor = attributes["ratchet.waits_for"];
  if (waitsFor !== undefined) return `for ${waitsFor}`;
  return side === undefined ? "" : `of the ${side}`;
}

/** Returns an address without its scheme and query. */
function shortAddress(url: string): string {
  return url.replace(/^\w+:\/\//, "").replace(/[?#].*$/, "");
}
