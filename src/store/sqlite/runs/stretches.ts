import { SPAN_PREFIX_DIGITS, type StretchesBefore } from "../../../domain/trace.ts";
import type { StoredTrace } from "../../contract/executions.ts";
import type { Sql } from "../connection.ts";

/** How many stretches of an execution are kept: the first and the latest ones. */
const FIRST = 10;
const LATEST = 90;

/** A stretch with more spans than this, bytes of JSON, is kept without its fetches. */
const MOST_BYTES = 16 * 1024;

const SPANS = `substr(trace, ${SPAN_PREFIX_DIGITS + 1})`;

/** Their number is kept, as that of fetches that were too many. */
const WITHOUT_CALLS = `json_remove(json_set(${SPANS}, '$.x', coalesce(json_extract(${SPANS}, '$.x'), 0)
  + coalesce(json_array_length(${SPANS}, '$.c'), 0)), '$.c')`;

/**
 * Keeps the spans of the stretch before a sleep, as the execution goes on.
 * @returns what the trace of the next stretch says of those before; undefined if nothing is known of them
 */
export function keepStretch(sql: Sql, executionId: number): StretchesBefore | undefined {
  sql.run(
    `INSERT INTO execution_stretches (execution_id, number, spans)
     SELECT id, 1 + coalesce((SELECT max(number) FROM execution_stretches WHERE execution_id = executions.id), 0),
         CASE WHEN octet_length(trace) <= ${MOST_BYTES} THEN ${SPANS} ELSE ${WITHOUT_CALLS} END
       FROM executions WHERE id = ? AND length(trace) > ${SPAN_PREFIX_DIGITS}`,
    executionId,
  );
  const row = sql.get<{ number: number; begun: number; start: number; duration: number; waits: string | null }>(
    `SELECT number, coalesce(json_extract(spans, '$.b[0]'), json_extract(spans, '$.s')) AS begun, json_extract(spans, '$.s') AS start,
       json_extract(spans, '$.d') AS duration, json_extract(spans, '$.z') AS waits
     FROM execution_stretches WHERE execution_id = ? ORDER BY number DESC LIMIT 1`,
    executionId,
  );
  if (row === undefined) return undefined;
  if (row.number > FIRST + LATEST) {
    const outdated = row.number - LATEST;
    sql.run("DELETE FROM execution_stretches WHERE execution_id = ? AND number = ?", executionId, outdated);
  }
  const waitedFor = row.waits === null ? [] : (JSON.parse(row.waits) as string[]);
  return { startedUs: row.begun, endedUs: row.start + row.duration, waitedFor };
}

/** The earlier stretches of an execution, and how many of them are not kept. */
export function readStretches(sql: Sql, executionId: number): Pick<StoredTrace, "earlier" | "omitted"> {
  const rows = sql.all<{ number: number; spans: string }>(
    "SELECT number, spans FROM execution_stretches WHERE execution_id = ? ORDER BY number",
    executionId,
  );
  const last = rows.at(-1)?.number ?? 0;
  return { earlier: rows.map(({ spans }) => spans), omitted: Math.max(0, last - FIRST - LATEST) };
}
