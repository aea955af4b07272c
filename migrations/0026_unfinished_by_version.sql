-- With the status, unfinished jobs are counted by version without reading them.
DROP INDEX jobs_pinned;
CREATE INDEX jobs_pinned ON jobs (task_id, version, status) WHERE version IS NOT NULL AND finished_at IS NULL;
