import init from "../../../migrations/0001_init.sql" with { type: "text" };
import attempts from "../../../migrations/0002_attempts_and_execution_events.sql" with { type: "text" };
import scheduledAt from "../../../migrations/0003_scheduled_at.sql" with { type: "text" };
import missing from "../../../migrations/0004_missing_tasks.sql" with { type: "text" };
import finishedSchedules from "../../../migrations/0005_finished_schedules.sql" with { type: "text" };
import tagsAndFilters from "../../../migrations/0006_tags_and_filters.sql" with { type: "text" };
import directInputs from "../../../migrations/0007_direct_inputs.sql" with { type: "text" };
import preparedPrograms from "../../../migrations/0008_prepared_programs.sql" with { type: "text" };
import executionLedgers from "../../../migrations/0009_execution_ledgers.sql" with { type: "text" };
import secrets from "../../../migrations/0010_secrets.sql" with { type: "text" };
import access from "../../../migrations/0011_access.sql" with { type: "text" };
import webhooks from "../../../migrations/0012_webhooks.sql" with { type: "text" };
import audit from "../../../migrations/0013_audit.sql" with { type: "text" };
import auditIndexes from "../../../migrations/0014_audit_indexes.sql" with { type: "text" };
import inputKey from "../../../migrations/0015_input_key.sql" with { type: "text" };
import auditAnchor from "../../../migrations/0016_audit_anchor.sql" with { type: "text" };
import traces from "../../../migrations/0017_traces.sql" with { type: "text" };
import taskHistory from "../../../migrations/0018_task_history.sql" with { type: "text" };
import logs from "../../../migrations/0019_logs.sql" with { type: "text" };
import executionRecordings from "../../../migrations/0020_execution_recordings.sql" with { type: "text" };
import notifications from "../../../migrations/0021_notifications.sql" with { type: "text" };
import runs from "../../../migrations/0022_runs.sql" with { type: "text" };
import jobChains from "../../../migrations/0023_job_chains.sql" with { type: "text" };
import renewedExecutions from "../../../migrations/0024_renewed_executions.sql" with { type: "text" };
import wokenExecutions from "../../../migrations/0025_woken_executions.sql" with { type: "text" };
import unfinishedByVersion from "../../../migrations/0026_unfinished_by_version.sql" with { type: "text" };
import executionStretches from "../../../migrations/0027_execution_stretches.sql" with { type: "text" };
import earlyChildren from "../../../migrations/0028_early_children.sql" with { type: "text" };
import runStreams from "../../../migrations/0029_run_streams.sql" with { type: "text" };
import openOperations from "../../../migrations/0030_open_operations.sql" with { type: "text" };

/** One migration of the schema. A released migration is never edited: every database stores its checksum. */
export interface Migration {
  version: number;
  name: string;
  sql: string;
}

/** All migrations, in order. A test compares the list with the files in migrations/. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "init", sql: init },
  { version: 2, name: "attempts_and_execution_events", sql: attempts },
  { version: 3, name: "scheduled_at", sql: scheduledAt },
  { version: 4, name: "missing_tasks", sql: missing },
  { version: 5, name: "finished_schedules", sql: finishedSchedules },
  { version: 6, name: "tags_and_filters", sql: tagsAndFilters },
  { version: 7, name: "direct_inputs", sql: directInputs },
  { version: 8, name: "prepared_programs", sql: preparedPrograms },
  { version: 9, name: "execution_ledgers", sql: executionLedgers },
  { version: 10, name: "secrets", sql: secrets },
  { version: 11, name: "access", sql: access },
  { version: 12, name: "webhooks", sql: webhooks },
  { version: 13, name: "audit", sql: audit },
  { version: 14, name: "audit_indexes", sql: auditIndexes },
  { version: 15, name: "input_key", sql: inputKey },
  { version: 16, name: "audit_anchor", sql: auditAnchor },
  { version: 17, name: "traces", sql: traces },
  { version: 18, name: "task_history", sql: taskHistory },
  { version: 19, name: "logs", sql: logs },
  { version: 20, name: "execution_recordings", sql: executionRecordings },
  { version: 21, name: "notifications", sql: notifications },
  { version: 22, name: "runs", sql: runs },
  { version: 23, name: "job_chains", sql: jobChains },
  { version: 24, name: "renewed_executions", sql: renewedExecutions },
  { version: 25, name: "woken_executions", sql: wokenExecutions },
  { version: 26, name: "unfinished_by_version", sql: unfinishedByVersion },
  { version: 27, name: "execution_stretches", sql: executionStretches },
  { version: 28, name: "early_children", sql: earlyChildren },
  { version: 29, name: "run_streams", sql: runStreams },
  { version: 30, name: "open_operations", sql: openOperations },
];
