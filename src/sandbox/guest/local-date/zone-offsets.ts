import { OPERATION } from "../../host-operations.ts";
import { bridge } from "../part-bridge.ts";

/** A stretch of time in which the task's zone has one offset from UTC. The host's zone-span.ts makes it. */
interface Span {
  /** Local time minus UTC, ms. */
  offset: number;
  name: string;
  from: number;
  until: number;
}

const { host } = bridge;
const { parse } = bridge.json;
const { abs } = Math;

const DAY = 86_400_000;
/** How many stretches are kept: the years around now, and whatever else a task looks at. */
const MOST_SPANS = 64;
const spans: Span[] = [];
const last: { span: Span | undefined } = { span: undefined };

/** Returns local time minus UTC at a time, ms since the epoch. */
export function offsetAt(time: number): number {
  return spanAt(time).offset;
}

/** Returns the name of the zone's time then, in English. */
export function zoneNameAt(time: number): string {
  return spanAt(time).name;
}

/**
 * Returns the time at which the zone's clocks show a local time, ms: https://tc39.es/ecma262/#sec-utc-t. Of two such times it
 * returns the earlier one. A local time that is skipped counts by the offset before the change.
 */
export function utcOf(local: number): number {
  // The largest local time of any zone is some days beyond the range of Date; NaN fails the comparison.
  if (!(abs(local) <= 8.65e15)) return Number.NaN;
  const before = offsetAt(local - DAY);
  const after = offsetAt(local + DAY);
  if (before === after || offsetAt(local - before) === before) return local - before;
  return offsetAt(local - after) === after ? local - after : local - before;
}

function spanAt(time: number): Span {
  const { span } = last;
  if (span !== undefined && time >= span.from && time < span.until) return span;
  for (let i = 0; i < spans.length; i++) {
    const kept = spans[i] as Span;
    if (time >= kept.from && time < kept.until) {
      last.span = kept;
      return kept;
    }
  }
  const { offset, name, from, until } = parse(host(OPERATION.timeZone, time) as string) as {
    [Member in keyof Span]: Span[Member] | null;
  };
  const found = {
    offset: offset ?? 0,
    name: name ?? "",
    from: from ?? Number.NEGATIVE_INFINITY,
    until: until ?? Number.POSITIVE_INFINITY,
  };
  if (spans.length === MOST_SPANS) spans.length = 0;
  spans[spans.length] = found;
  last.span = found;
  return found;
}
