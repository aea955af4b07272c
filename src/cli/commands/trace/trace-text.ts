import type { Span } from "../../../domain/trace.ts";
import { type Paint, printable } from "../../framework/output.ts";

/** Characters of the bars. */
const BAR_WIDTH = 32;
/** Longest name that is shown, in characters. */
const LONGEST_NAME = 56;

/** Draws a trace: one line for each span, with its place in time. */
export function traceText(traceId: string, spans: readonly Span[], paint: Paint): string {
  if (spans.length === 0) return "This execution has no trace.\n";
  const start = Math.min(...spans.map(({ startedUs }) => startedUs));
  const end = Math.max(...spans.map(({ startedUs, durationUs }) => startedUs + (durationUs ?? 0)));
  const rows = inOrder(spans).map(({ span, depth }) => ({ span, name: "  ".repeat(depth) + nameOf(span) }));
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ span, name }) => {
    const shown = paint(span.error === null ? "cyan" : "red", barOf(span, start, end));
    const failure = span.error === null ? "" : `  ${paint("red", printable(span.error.split(/[\r\n]/)[0] ?? ""))}`;
    return `${printable(name.padEnd(width))}  ${shown} ${durationText(span.durationUs).padStart(9)}${failure}`;
  });
  const head = `trace ${traceId}, ${durationText(end - start)}`;
  return `${paint("bold", head)}\n${lines.join("\n")}\n`;
}

/** Children follow their parents, by time. */
function inOrder(spans: readonly Span[]): { span: Span; depth: number }[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, ({ parentSpanId }) =>
    parentSpanId !== null && ids.has(parentSpanId) ? parentSpanId : "",
  );
  const rows: { span: Span; depth: number }[] = [];
  const add = (parent: string, depth: number): void => {
    const below = children.get(parent) ?? [];
    for (const span of below.toSorted((a, b) => a.startedUs - b.startedUs)) {
      rows.push({ span, depth });
      add(span.spanId, depth + 1);
    }
  };
  add("", 0);
  return rows;
}

function nameOf({ name, attributes }: Span): string {
  const side = attributes["ratchet.validation"];
  const url = attributes["url.full"];
  const status = attributes["http.response.status_code"];
  const parts = [
    name,
    side,
    attributes["ratchet.waits_for"],
    url === undefined ? undefined : attributes["http.request.method"],
    url,
    url && status,
  ];
  const text = parts.filter((part) => part !== undefined && part !== "").join(" ");
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 3)}...` : text;
}

/** The place of a span between the start and the end of the trace. Each has one character at least. */
function barOf({ startedUs, durationUs }: Span, start: number, end: number): string {
  const scale = BAR_WIDTH / Math.max(1, end - start);
  const from = Math.min(BAR_WIDTH - 1, Math.floor((startedUs - start) * scale));
  const length = Math.max(1, Math.round((durationUs ?? end - startedUs) * scale));
  const to = Math.min(BAR_WIDTH, from + length);
  return `${" ".repeat(from)}${"#".repeat(to - from)}${" ".repeat(BAR_WIDTH - to)}`;
}

function durationText(us: number | null): string {
  if (us === null) return "running";
  if (us < 1_000) return `${us} µs`;
  return us < 1_000_000 ? `${(us / 1_000).toFixed(1)} ms` : `${(us / 1_000_000).toFixed(2)} s`;
}
