import type { TimelineRow } from "./timeline-row.ts";

/** The span of time that a timeline shows, in ms since the epoch. */
export interface TimeAxis {
  from: number;
  to: number;
}

/** A wait that is longer than this share of the axis is cut off, so that what comes after it can be seen. */
const LONGEST_WAIT = 0.75;

/** Returns the axis on which rows are drawn. @param now the end of what lasts, in ms since the epoch */
export function axisOf(rows: readonly TimelineRow[], now: number): TimeAxis {
  const endOf = ({ startMs, durationMs }: TimelineRow) => startMs + (durationMs ?? Math.max(0, now - startMs));
  const to = Math.max(...rows.map(endOf));
  const from = Math.min(...rows.map(({ startMs }) => startMs));
  const working = rows.filter(({ tone }) => tone === "busy" || tone === "call");
  const begun = Math.min(...working.map(({ startMs }) => startMs));
  const length = Math.max(0.001, to - from);
  if (working.length === 0 || (begun - from) / length <= LONGEST_WAIT) return { from, to: from + length };
  const worked = Math.max(0.001, to - begun);
  return { from: begun - worked * 0.25, to: begun + worked };
}

/** Where a row is on the axis, in percent of its length, and whether its beginning is cut off. */
export interface BarPlace {
  left: number;
  width: number;
  isCut: boolean;
}

/** Returns the place of a row on an axis. */
export function placeOf({ startMs, durationMs }: TimelineRow, { from, to }: TimeAxis): BarPlace {
  const percent = (at: number) => Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
  const left = percent(startMs);
  const right = durationMs === null ? 100 : percent(startMs + durationMs);
  return { left, width: right - left, isCut: startMs < from };
}
