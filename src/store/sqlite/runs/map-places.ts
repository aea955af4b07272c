import { formatLane } from "../../policy/lane.ts";
import type { Sql } from "../connection.ts";
import type { JobState } from "../job-rows.ts";

type Item = Pick<JobState, "parent" | "parent_number" | "lane">;

/** Counts a child again that had ended and is requeued, if its map is still open. */
export function returnToMap(sql: Sql, { parent, parent_number }: Item): void {
  sql.run("UPDATE run_maps SET children = children + 1 WHERE execution_id = ? AND number = ?", parent, parent_number);
}

/** Counts a child among those that may start, which leaves the lane of its map for another reason than that. */
export function leaveMapLane(sql: Sql, { parent, parent_number, lane }: Item): void {
  if (parent === null || parent_number === null) return;
  if (lane !== formatLane({ kind: "map", executionId: parent, number: parent_number })) return;
  sql.run(
    "UPDATE run_maps SET parked = max(0, parked - 1) WHERE execution_id = ? AND number = ?",
    parent,
    parent_number,
  );
}
