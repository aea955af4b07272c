import type { FiringKind, ScheduleFiring } from "../../domain/schedule.ts";
import type { FiringPlace } from "../contract/schedules.ts";
import type { Sql } from "./connection.ts";
import { type FiringRow, firingFromRow } from "./schedule-rows.ts";

/** The order in which firings of the same time are listed. */
const KINDS: readonly FiringKind[] = ["manual", "planned"];

/**
 * Firings of a schedule, latest first. Each kind is read along the primary key and the results are merged, so that the
 * cost depends on the page and not on the number of firings.
 */
export function listFirings(sql: Sql, id: number, limit: number, after?: FiringPlace): ScheduleFiring[] {
  return KINDS.flatMap((kind) => {
    // A firing of the same time but of a later kind comes after it.
    const inclusive = after !== undefined && KINDS.indexOf(kind) > KINDS.indexOf(after.kind);
    return sql.all<FiringRow>(
      `SELECT * FROM schedule_firings WHERE schedule_id = ? AND kind = ? AND fire_at ${inclusive ? "<=" : "<"} ?
        ORDER BY fire_at DESC LIMIT ?`,
      id,
      kind,
      after?.fireAt ?? Number.MAX_SAFE_INTEGER,
      limit,
    );
  })
    .sort((a, b) => b.fire_at - a.fire_at || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
    .slice(0, limit)
    .map(firingFromRow);
}
