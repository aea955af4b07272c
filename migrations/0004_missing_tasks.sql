-- Lanes have one more reason: jobs whose task or version no source has wait in `missing:TASK` or `missing:TASK:VERSION`.
CREATE TABLE parked_lanes_new (
  lane TEXT PRIMARY KEY,
  reason TEXT NOT NULL CHECK (reason IN ('concurrency', 'rate', 'paused', 'missing')),
  until INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO parked_lanes_new SELECT lane, reason, until FROM parked_lanes;
DROP TABLE parked_lanes;
ALTER TABLE parked_lanes_new RENAME TO parked_lanes;
CREATE INDEX parked_until ON parked_lanes (until) WHERE until IS NOT NULL;

-- The files of versions that jobs or schedules ask for by number, for the time when their source has moved on.
CREATE TABLE kept_versions (
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  version TEXT NOT NULL,
  checksum TEXT NOT NULL,
  source TEXT NOT NULL,
  origin TEXT NOT NULL,
  -- JSON: path to content, base64
  files TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  -- when it was last asked for
  used_at INTEGER NOT NULL,
  UNIQUE (task_id, version)
) STRICT;
CREATE INDEX jobs_pinned ON jobs (task_id, version)
  WHERE version IS NOT NULL AND (status = 'queued' OR status = 'retrying' OR status = 'processing');
CREATE INDEX schedules_pinned ON schedules (task_id, version) WHERE version IS NOT NULL;
