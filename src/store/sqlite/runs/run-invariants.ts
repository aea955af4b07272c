import { KEPT_NUMBERS } from "../../contract/runs.ts";
import { GATES } from "../../policy/gates.ts";
import { KINDS, STATES } from "./operation-rows.ts";

/** What must hold of runs at every commit, with a query that finds violations. */
export const RUN_INVARIANTS: readonly { rule: string; query: string }[] = [
  {
    rule: "a job sleeps with one sleeping execution",
    query: `SELECT id FROM jobs WHERE (status = 'sleeping') <>
      (SELECT count(*) FROM executions WHERE job_id = jobs.id AND job_id IS NOT NULL AND status = 'sleeping')`,
  },
  {
    rule: "only the execution of a paused job is paused",
    query: `SELECT job_id AS id FROM executions JOIN jobs ON jobs.id = executions.job_id
      WHERE executions.status = 'paused' AND jobs.status <> 'paused'`,
  },
  {
    rule: "only the execution of a job that needs attention, or was requeued since, needs attention",
    query: `SELECT job_id AS id FROM executions JOIN jobs ON jobs.id = executions.job_id
      WHERE executions.status = 'needs_attention' AND jobs.status NOT IN ('needs_attention', 'queued', 'paused')`,
  },
  {
    rule: "a run that has ended has nothing open",
    query: `SELECT o.execution_id AS id FROM run_operations o JOIN executions e ON e.id = o.execution_id
      WHERE o.state = ${STATES.open} AND e.finished_at IS NOT NULL`,
  },
  {
    rule: "no reader of a stream sleeps for an item that is there, or that never comes",
    query: `SELECT r.job_id AS id FROM run_readers r JOIN jobs s ON s.id = r.source_id
        LEFT JOIN runs ON runs.execution_id = s.run_id
      WHERE r.waits_for IS NOT NULL AND (s.finished_at IS NOT NULL OR runs.items > r.waits_for)`,
  },
  {
    rule: "no source of a stream sleeps for room that is there",
    query: `SELECT s.job_id AS id FROM run_streams s
      WHERE s.room_after IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM run_readers r WHERE r.source_id = s.job_id AND r.done = 0 AND r.taken <= s.room_after)`,
  },
  {
    rule: "an open call has a child that has not ended",
    query: `SELECT o.execution_id AS id FROM run_operations o JOIN jobs c ON c.id = o.child_job_id
      WHERE o.state = ${STATES.open} AND o.kind = ${KINDS.call} AND o.detached = 0 AND c.finished_at IS NOT NULL`,
  },
  {
    rule: "an open map counts the children that have not ended",
    query: `SELECT o.execution_id AS id FROM run_operations o
        LEFT JOIN run_maps m ON m.execution_id = o.execution_id AND m.number = o.number
      WHERE o.state = ${STATES.open} AND o.kind = ${KINDS.map} AND m.children IS NOT (
        SELECT count(*) FROM jobs WHERE parent = o.execution_id AND parent IS NOT NULL AND parent_number = o.number
          AND finished_at IS NULL)`,
  },
  {
    rule: "an open map counts the children that are parked",
    query: `SELECT execution_id AS id FROM run_maps WHERE parked <> (
      SELECT count(*) FROM jobs WHERE gate = ${GATES.parked} AND lane = 'map:' || execution_id || ':' || number)`,
  },
  {
    rule: "a run does not sleep on when something that it waits for has a result",
    query: `SELECT j.id FROM jobs j JOIN run_images i ON i.execution_id = j.run_id
      WHERE j.status = 'sleeping' AND (j.gate IS NULL OR j.gate = ${GATES.later}) AND EXISTS (
        SELECT 1 FROM json_each(i.open) n JOIN run_operations o
            ON o.execution_id = i.execution_id AND o.number = n.value WHERE o.state <> ${STATES.open})`,
  },
  {
    rule: "the size of a journal is right",
    query: `SELECT execution_id AS id FROM runs WHERE bytes <> (
        SELECT coalesce(sum(octet_length(request) + coalesce(octet_length(result), 0)), 0) FROM run_operations o
          WHERE o.execution_id = runs.execution_id)
      OR results < (SELECT coalesce(max(position), 0) FROM run_operations o WHERE o.execution_id = runs.execution_id)
      OR operations < (SELECT coalesce(max(number), 0) FROM run_operations o
          WHERE o.execution_id = runs.execution_id AND number < ${KEPT_NUMBERS})`,
  },
  {
    rule: "an approval waits as long as its operation",
    query: `SELECT a.id FROM approvals a JOIN run_operations o ON o.execution_id = a.execution_id AND o.number = a.number
      WHERE (a.status = 'pending') <> (o.state = ${STATES.open})`,
  },
];
