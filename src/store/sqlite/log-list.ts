import { RatchetError } from "../../domain/errors.ts";
import type { LogFilter, LogLine, LogPageRequest } from "../contract/logs.ts";
import type { Page } from "../contract/page.ts";
import type { Sql } from "./connection.ts";
import { LOG_SELECT, type LogRow, lineFromRow } from "./log-rows.ts";
import { type LogSource, sourcesOf } from "./log-sources.ts";

/** Lines that one step looks at, if it has to look for those that match: about a millisecond of work. */
const STEP_LINES = 1_000;
/** After this much time a page ends, however few lines it has, ms. */
const PAGE_MS = 150;

/** Where a line is in the log. */
interface Place {
  time: number;
  id: number;
}

/** How far a page has read one of its sources. */
interface Reading {
  readonly source: LogSource;
  /** The last line that was looked at; undefined before the first step. */
  at: Place | undefined;
  ended: boolean;
}

/**
 * Reads one page of the log along indexes. What no index finds is looked for in small steps with turns for others in
 * between, and for a limited time.
 * @throws {RatchetError} USAGE for an invalid cursor
 */
export async function listLogs(sql: Sql, filter: LogFilter, request: LogPageRequest): Promise<Page<LogLine>> {
  const { limit } = request;
  const descending = request.order !== "asc";
  const start = request.cursor === undefined ? undefined : parseCursor(request.cursor);
  const readings = sourcesOf(sql, filter).map((source): Reading => ({ source, at: start, ended: false }));
  const isBefore = beforeIn(descending, readings);
  const found: Place[] = [];
  const endsAt = performance.now() + PAGE_MS;
  for (let steps = 0; ; steps++) {
    const behind = furthestBehind(readings, isBefore);
    // Nothing that is still to come belongs before what is there.
    if (behind === undefined || countBefore(found, behind.at, isBefore) > limit) break;
    if (steps >= readings.length && performance.now() > endsAt) break;
    if (steps > 0) await nextTurn();
    found.push(...step(sql, behind, { descending, wanted: limit + 1 }));
  }
  return pageOf(sql, { found, readings, limit, isBefore });
}

/** Whether a place comes before another one in the order of the page. */
type IsBefore = (a: Place, b: Place) => boolean;

function beforeIn(descending: boolean, readings: readonly Reading[]): IsBefore {
  const byId = readings.every(({ source }) => source.order === "id");
  const compare = byId ? (a: Place, b: Place) => a.id - b.id : (a: Place, b: Place) => a.time - b.time || a.id - b.id;
  return descending ? (a, b) => compare(a, b) > 0 : (a, b) => compare(a, b) < 0;
}

/** The source whose next lines come first; undefined if all have ended. */
function furthestBehind(readings: readonly Reading[], isBefore: IsBefore): Reading | undefined {
  let behind: Reading | undefined;
  for (const reading of readings) {
    if (reading.ended) continue;
    if (behind === undefined || reading.at === undefined) behind = reading;
    else if (behind.at !== undefined && isBefore(reading.at, behind.at)) behind = reading;
  }
  return behind;
}

function countBefore(found: readonly Place[], place: Place | undefined, isBefore: IsBefore): number {
  if (place === undefined) return 0;
  let count = 0;
  for (const one of found) if (!isBefore(place, one)) count += 1;
  return count;
}

/** Looks at the next lines of a source. @returns those that match */
function step(
  sql: Sql,
  reading: Reading,
  { descending, wanted }: { descending: boolean; wanted: number },
): readonly Place[] {
  const { source, at } = reading;
  const direction = descending ? "DESC" : "ASC";
  const after = afterPlace(source, at, descending);
  const order = source.order === "id" ? `id ${direction}` : `time ${direction}, id ${direction}`;
  const from = `FROM logs INDEXED BY ${source.index} WHERE ${source.where}${after.where} ORDER BY ${order}`;
  const values = [...source.values, ...after.values];
  if (source.rest === undefined) {
    const rows = sql.all<Place>(`SELECT id, time ${from} LIMIT ?`, ...values, wanted);
    reading.at = rows.at(-1) ?? reading.at;
    reading.ended = rows.length < wanted;
    return rows;
  }
  const { where, values: more } = source.rest;
  const inner = `SELECT id, time, level, task_id, message ${from} LIMIT ${STEP_LINES}`;
  const rows = sql.all<Place>(`SELECT id, time FROM (${inner}) WHERE ${where} LIMIT ?`, ...values, ...more, wanted);
  const last =
    rows.length === wanted
      ? rows.at(-1)
      : sql.get<Place>(`SELECT id, time ${from} LIMIT 1 OFFSET ${STEP_LINES - 1}`, ...values);
  if (last === undefined) reading.ended = true;
  else reading.at = last;
  return rows;
}

function afterPlace({ order }: LogSource, at: Place | undefined, descending: boolean) {
  if (at === undefined) return { where: "", values: [] };
  const sign = descending ? "<" : ">";
  if (order === "id") return { where: ` AND id ${sign} ?`, values: [at.id] };
  return { where: ` AND time ${sign}= ? AND (time ${sign} ? OR id ${sign} ?)`, values: [at.time, at.time, at.id] };
}

interface Found {
  found: Place[];
  readings: readonly Reading[];
  limit: number;
  isBefore: IsBefore;
}

function pageOf(sql: Sql, { found, readings, limit, isBefore }: Found): Page<LogLine> {
  const behind = furthestBehind(readings, isBefore);
  const known = found
    .filter((place) => behind === undefined || (behind.at !== undefined && !isBefore(behind.at, place)))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const page = known.slice(0, limit);
  const items = readLines(sql, page);
  if (known.length > limit) return { items, nextCursor: formatCursor(page.at(-1)) };
  return { items, nextCursor: behind === undefined ? null : formatCursor(behind.at) };
}

function readLines(sql: Sql, places: readonly Place[]): LogLine[] {
  const ids = JSON.stringify(places.map(({ id }) => id));
  const rows = sql.all<LogRow>(`${LOG_SELECT} WHERE l.id IN (SELECT value FROM json_each(?))`, ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return places.flatMap(({ id }) => {
    const row = byId.get(id);
    return row === undefined ? [] : [lineFromRow(row)];
  });
}

function formatCursor(place: Place | undefined): string | null {
  return place === undefined ? null : `${place.time}.${place.id}`;
}

function parseCursor(text: string): Place {
  const [, time, id] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (time !== undefined && id !== undefined) return { time: Number(time), id: Number(id) };
  throw new RatchetError("USAGE", "The cursor does not belong to the log.", {
    remedy: "Use nextCursor of the previous page.",
  });
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
