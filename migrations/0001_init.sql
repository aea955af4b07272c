-- Times are ms since the epoch. Booleans are 0 and 1. JSON is kept as text.

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  -- newest available version; the last known one when none is available any more
  version TEXT NOT NULL,
  -- name of the registry source; null when no source has the task any more
  source TEXT,
  in_sync INTEGER NOT NULL DEFAULT 1 CHECK (in_sync IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  validated_at INTEGER
) STRICT;
-- In the order of preference among tasks of one label.
CREATE INDEX tasks_label ON tasks (label, in_sync DESC, id);
CREATE INDEX tasks_disabled ON tasks (id) WHERE enabled = 0;

CREATE TABLE task_versions (
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  version TEXT NOT NULL,
  checksum TEXT NOT NULL,
  source TEXT NOT NULL,
  origin TEXT NOT NULL,
  -- 0: the source no longer has it; kept because executions refer to it
  available INTEGER NOT NULL DEFAULT 1 CHECK (available IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (task_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  version TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('cron', 'every', 'at')),
  cron TEXT,
  timezone TEXT,
  every_ms INTEGER CHECK (every_ms >= 1000),
  at INTEGER,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  paused_reason TEXT,
  overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'buffer_one', 'buffer_all', 'cancel_other', 'allow_all')),
  catch_up_ms INTEGER NOT NULL CHECK (catch_up_ms >= 0),
  jitter_ms INTEGER NOT NULL CHECK (jitter_ms >= 0),
  start_at INTEGER,
  end_at INTEGER,
  pause_on_failure INTEGER NOT NULL CHECK (pause_on_failure IN (0, 1)),
  priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
  next_at INTEGER,
  -- next_at with its jitter: when to look at it
  due_at INTEGER,
  last_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  input TEXT NOT NULL,
  CHECK ((kind = 'cron') = (cron IS NOT NULL) AND (kind = 'cron') = (timezone IS NOT NULL)),
  CHECK ((kind = 'every') = (every_ms IS NOT NULL)),
  CHECK ((kind = 'at') = (at IS NOT NULL)),
  CHECK ((next_at IS NULL) = (due_at IS NULL)),
  -- the plan only moves forward
  CHECK (next_at IS NULL OR last_at IS NULL OR next_at > last_at)
) STRICT;
CREATE INDEX schedules_due ON schedules (due_at) WHERE enabled = 1 AND due_at IS NOT NULL;
CREATE INDEX schedules_task ON schedules (task_id);

-- CHECKs and triggers below say "= a OR = b" where "IN (a, b, c)" would read better: for a list of more than two SQLite
-- fills a temporary table each time a row is written, which took two fifths of the time of a job's writes.

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  status TEXT NOT NULL CHECK (
    status = 'queued' OR status = 'processing' OR status = 'retrying'
    OR status = 'completed' OR status = 'failed' OR status = 'cancelled'
  ),
  priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
  run_at INTEGER NOT NULL,
  -- Order in which waiting jobs are taken: due time less a minute for each level of priority, so that a low job that
  -- has waited three minutes goes before a critical one made now. A key that never changes needs no re-sorting.
  rank INTEGER NOT NULL,
  -- How a waiting job waits: 0 ready to be claimed, 1 for its time, 2 parked in a lane that is full, empty or paused.
  gate INTEGER CHECK (gate BETWEEN 0 AND 2),
  lane TEXT,
  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- null: the task says, else the server
  max_retries INTEGER CHECK (max_retries BETWEEN 0 AND 1000),
  rescues INTEGER NOT NULL DEFAULT 0 CHECK (rescues BETWEEN 0 AND 5),
  -- Rises with every claim: a write that carries an older number comes from a worker that lost its lease.
  claims INTEGER NOT NULL DEFAULT 0,
  worker_id TEXT,
  schedule_id INTEGER,
  version TEXT,
  idempotency_key TEXT,
  unique_key TEXT,
  concurrency_key TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  progress TEXT,
  error TEXT,
  CHECK ((status IN ('queued', 'retrying')) = (gate IS NOT NULL)),
  CHECK ((gate IS NOT NULL AND gate = 2) = (lane IS NOT NULL)),
  CHECK ((status = 'processing') = (worker_id IS NOT NULL)),
  CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL))
) STRICT;
-- Each partial index holds only what is alive, so a million finished jobs cost the queue nothing.
CREATE INDEX jobs_ready ON jobs (rank, id) WHERE gate = 0;
CREATE INDEX jobs_later ON jobs (run_at, id) WHERE gate = 1;
CREATE INDEX jobs_parked ON jobs (lane, rank, id) WHERE gate = 2;
CREATE INDEX jobs_processing ON jobs (id, task_id, worker_id) WHERE status = 'processing';
-- SUSPECT_RESCUES of src/domain/job.ts.
CREATE INDEX jobs_suspect ON jobs (rescues, id) WHERE rescues >= 2 AND status = 'processing';
CREATE INDEX jobs_schedule ON jobs (schedule_id, status, id) WHERE schedule_id IS NOT NULL;
CREATE UNIQUE INDEX jobs_idempotency ON jobs (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (task_id, unique_key)
  WHERE unique_key IS NOT NULL AND status IN ('queued', 'processing', 'retrying');
CREATE INDEX jobs_key ON jobs (concurrency_key) WHERE concurrency_key IS NOT NULL AND status = 'processing';
CREATE INDEX jobs_created ON jobs (created_at, id);
-- For lists. One index for each status in place of one on (status, id): a job that moves on is then always appended at
-- the right end of one and taken from the left end of another, where in a common one every move lands in the middle and
-- splits and merges pages.
CREATE INDEX jobs_queued ON jobs (id) WHERE status = 'queued';
CREATE INDEX jobs_retrying ON jobs (id) WHERE status = 'retrying';
CREATE INDEX jobs_completed ON jobs (id) WHERE status = 'completed';
CREATE INDEX jobs_failed ON jobs (id) WHERE status = 'failed';
CREATE INDEX jobs_cancelled ON jobs (id) WHERE status = 'cancelled';
CREATE INDEX jobs_task_queued ON jobs (task_id, id) WHERE status = 'queued';
CREATE INDEX jobs_task_retrying ON jobs (task_id, id) WHERE status = 'retrying';
CREATE INDEX jobs_task_completed ON jobs (task_id, id) WHERE status = 'completed';
CREATE INDEX jobs_task_failed ON jobs (task_id, id) WHERE status = 'failed';
CREATE INDEX jobs_task_cancelled ON jobs (task_id, id) WHERE status = 'cancelled';

-- The input is apart because an update rewrites the whole row.
CREATE TABLE job_inputs (
  job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  input TEXT NOT NULL
) STRICT;

-- JOB_TRANSITIONS of src/domain/job.ts.
CREATE TRIGGER jobs_transition BEFORE UPDATE OF status ON jobs
WHEN OLD.status <> NEW.status AND NOT (
  (OLD.status = 'queued' AND NEW.status IN ('processing', 'cancelled'))
  -- to any other
  OR OLD.status = 'processing'
  OR (OLD.status = 'retrying' AND NEW.status IN ('processing', 'cancelled'))
  OR (OLD.status IN ('failed', 'cancelled') AND NEW.status = 'queued')
)
BEGIN
  SELECT RAISE(ABORT, 'illegal job transition');
END;
CREATE TRIGGER jobs_first_status BEFORE INSERT ON jobs WHEN NEW.status <> 'queued'
BEGIN
  SELECT RAISE(ABORT, 'illegal job transition');
END;

CREATE TABLE executions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER REFERENCES jobs (id) ON DELETE CASCADE,
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  version TEXT,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  status TEXT NOT NULL CHECK (
    status = 'pending' OR status = 'running' OR status = 'completed' OR status = 'failed' OR status = 'cancelled'
  ),
  worker_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  duration_ms REAL,
  queue_wait_ms INTEGER NOT NULL DEFAULT 0,
  cpu_ms REAL,
  peak_memory INTEGER,
  fetch_count INTEGER,
  fetch_bytes INTEGER,
  log_count INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  -- null when the execution has a job: the job has it
  input TEXT,
  output TEXT,
  CHECK ((job_id IS NULL) = (input IS NOT NULL)),
  CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL)),
  CHECK ((status = 'completed') = (output IS NOT NULL))
) STRICT;
CREATE INDEX executions_job ON executions (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX executions_live ON executions (id, task_id) WHERE status IN ('pending', 'running');
CREATE INDEX executions_completed ON executions (id) WHERE status = 'completed';
CREATE INDEX executions_failed ON executions (id) WHERE status = 'failed';
CREATE INDEX executions_cancelled ON executions (id) WHERE status = 'cancelled';
CREATE INDEX executions_task_completed ON executions (task_id, id) WHERE status = 'completed';
CREATE INDEX executions_task_failed ON executions (task_id, id) WHERE status = 'failed';
CREATE INDEX executions_task_cancelled ON executions (task_id, id) WHERE status = 'cancelled';
CREATE INDEX executions_created ON executions (created_at, id);
CREATE INDEX executions_direct ON executions (status, finished_at) WHERE job_id IS NULL;

-- EXECUTION_TRANSITIONS of src/domain/execution-record.ts.
CREATE TRIGGER executions_transition BEFORE UPDATE OF status ON executions
WHEN OLD.status <> NEW.status AND NOT (
  (OLD.status = 'pending' AND NEW.status IN ('running', 'cancelled'))
  OR (OLD.status = 'running' AND NEW.status <> 'pending')
)
BEGIN
  SELECT RAISE(ABORT, 'illegal execution transition');
END;
CREATE TRIGGER executions_first_status BEFORE INSERT ON executions WHEN NEW.status NOT IN ('pending', 'running')
BEGIN
  SELECT RAISE(ABORT, 'illegal execution transition');
END;

CREATE TABLE execution_logs (
  execution_id INTEGER NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  time INTEGER NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message TEXT NOT NULL,
  PRIMARY KEY (execution_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule_firings (
  schedule_id INTEGER NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('planned', 'manual')),
  fire_at INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('enqueued', 'buffered', 'skipped', 'missed')),
  job_id INTEGER,
  note TEXT,
  decided_at INTEGER NOT NULL,
  -- what makes a firing happen once
  PRIMARY KEY (schedule_id, kind, fire_at),
  CHECK ((status = 'enqueued') = (job_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX firings_buffered ON schedule_firings (schedule_id, fire_at) WHERE status = 'buffered';
CREATE TRIGGER firings_once BEFORE UPDATE OF status ON schedule_firings
WHEN OLD.status = 'enqueued'
BEGIN
  SELECT RAISE(ABORT, 'a firing is enqueued once');
END;

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  type TEXT NOT NULL,
  task_id INTEGER,
  job_id INTEGER,
  execution_id INTEGER,
  schedule_id INTEGER,
  data TEXT
) STRICT;

-- One row for each process that claims jobs; its jobs are leased to it for as long as `beat` keeps rising.
CREATE TABLE workers (
  id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  -- tells a process from a later one with the same pid
  process_start TEXT NOT NULL,
  lease_ms INTEGER NOT NULL CHECK (lease_ms BETWEEN 1 AND 15000),
  beat INTEGER NOT NULL DEFAULT 0,
  beat_at INTEGER NOT NULL,
  started_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- 'all', or 'task:ID'
CREATE TABLE pauses (
  scope TEXT PRIMARY KEY,
  note TEXT,
  paused_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lanes: 'task:ID', 'key:NAME', and 'any-key' for keys that have no row of their own.
CREATE TABLE lane_limits (
  lane TEXT PRIMARY KEY,
  concurrency INTEGER CHECK (concurrency >= 1),
  rate_count INTEGER CHECK (rate_count >= 1),
  rate_period_ms INTEGER CHECK (rate_period_ms >= 1),
  CHECK ((rate_count IS NULL) = (rate_period_ms IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE rate_buckets (
  lane TEXT PRIMARY KEY,
  tokens REAL NOT NULL CHECK (tokens >= 0),
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lanes that have parked jobs, why, and until when if time alone opens them.
CREATE TABLE parked_lanes (
  lane TEXT PRIMARY KEY,
  reason TEXT NOT NULL CHECK (reason IN ('concurrency', 'rate', 'paused')),
  until INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_until ON parked_lanes (until) WHERE until IS NOT NULL;

-- How many jobs and executions there are, kept in the transactions that change them.
CREATE TABLE counters (
  kind TEXT NOT NULL CHECK (kind IN ('job', 'execution')),
  task_id INTEGER NOT NULL,
  status TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  total_ms REAL NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, task_id, status)
) STRICT, WITHOUT ROWID;
