-- Durable runs: jobs and executions that sleep, are paused or need attention, and the journals of runs. SQLite can't
-- change a CHECK, so both tables are copied; `migrate` switches foreign keys off meanwhile.

CREATE TABLE jobs_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  status TEXT NOT NULL CHECK (
    status = 'queued' OR status = 'processing' OR status = 'retrying'
    OR status = 'completed' OR status = 'failed' OR status = 'cancelled'
    OR status = 'sleeping' OR status = 'paused' OR status = 'needs_attention'
  ),
  priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
  run_at INTEGER NOT NULL,
  -- Order in which waiting jobs are taken: due time less a minute for each level of priority, so that a low job that
  -- has waited three minutes goes before a critical one made now. A key that never changes needs no re-sorting.
  rank INTEGER NOT NULL,
  -- How a waiting job waits: 0 ready to be claimed, 1 for its time, 2 parked in a lane that is full, empty or paused. A
  -- sleeping job that waits for no time has none.
  gate INTEGER CHECK (gate BETWEEN 0 AND 2),
  lane TEXT,
  retries INTEGER NOT NULL DEFAULT 0 CHECK (retries >= 0),
  -- null: the task says, else the server
  max_retries INTEGER CHECK (max_retries BETWEEN 0 AND 1000),
  rescues INTEGER NOT NULL DEFAULT 0 CHECK (rescues BETWEEN 0 AND 5),
  -- Rises with every claim: a write that carries an older number comes from a worker that lost its lease.
  claims INTEGER NOT NULL DEFAULT 0,
  -- How many of the claims went on with an execution. All others have started one.
  wakes INTEGER NOT NULL DEFAULT 0 CHECK (wakes BETWEEN 0 AND claims),
  worker_id TEXT,
  schedule_id INTEGER,
  version TEXT,
  -- 1: its run has fixed the version, which nobody had asked for
  pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
  idempotency_key TEXT,
  unique_key TEXT,
  concurrency_key TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  -- The execution that has the latest run of the job.
  run_id INTEGER,
  -- What its run has been asked to do.
  request TEXT CHECK (request = 'cancel' OR request = 'pause'),
  -- The operation that has started the job: execution, number, and place among the items of a map.
  parent INTEGER,
  parent_number INTEGER,
  parent_item INTEGER,
  correlation_key TEXT,
  -- JSON of what a few jobs have: a retry policy of their own, and what they are forked from.
  extra TEXT,
  progress TEXT,
  error TEXT,
  scheduled_at INTEGER,
  tags TEXT,
  trace_id TEXT CHECK (trace_id IS NULL OR length(trace_id) = 32),
  trace TEXT,
  CHECK (gate IS NOT NULL OR (status <> 'queued' AND status <> 'retrying')),
  CHECK (gate IS NULL OR status = 'queued' OR status = 'retrying' OR status = 'sleeping'),
  CHECK ((gate IS NOT NULL AND gate = 2) = (lane IS NOT NULL)),
  CHECK ((status = 'processing') = (worker_id IS NOT NULL)),
  CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL)),
  CHECK ((parent IS NULL) = (parent_number IS NULL))
) STRICT;
INSERT INTO jobs_new (id, task_id, status, priority, run_at, rank, gate, lane, retries, max_retries, rescues, claims,
    worker_id, schedule_id, version, idempotency_key, unique_key, concurrency_key, created_at, started_at, finished_at,
    progress, error, scheduled_at, tags, trace_id, trace)
  SELECT id, task_id, status, priority, run_at, rank, gate, lane, retries, max_retries, rescues, claims,
    worker_id, schedule_id, version, idempotency_key, unique_key, concurrency_key, created_at, started_at, finished_at,
    progress, error, scheduled_at, tags, trace_id, trace
  FROM jobs ORDER BY id;
-- No id is given twice, not even that of a deleted job.
DELETE FROM sqlite_sequence WHERE name = 'jobs_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'jobs_new', seq FROM sqlite_sequence WHERE name = 'jobs';
DROP TABLE jobs;
ALTER TABLE jobs_new RENAME TO jobs;

-- Each partial index holds only what is alive, so a million finished jobs cost the queue nothing.
CREATE INDEX jobs_ready ON jobs (rank, id) WHERE gate = 0;
CREATE INDEX jobs_later ON jobs (run_at, id) WHERE gate = 1;
CREATE INDEX jobs_parked ON jobs (lane, rank, id) WHERE gate = 2;
CREATE INDEX jobs_processing ON jobs (id, task_id, worker_id) WHERE status = 'processing';
-- SUSPECT_RESCUES of src/domain/job.ts.
CREATE INDEX jobs_suspect ON jobs (rescues, id) WHERE rescues >= 2 AND status = 'processing';
CREATE INDEX jobs_schedule ON jobs (schedule_id, status, id) WHERE schedule_id IS NOT NULL;
CREATE UNIQUE INDEX jobs_idempotency ON jobs (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (task_id, unique_key) WHERE unique_key IS NOT NULL AND finished_at IS NULL;
CREATE UNIQUE INDEX jobs_correlation ON jobs (correlation_key, task_id)
  WHERE correlation_key IS NOT NULL AND finished_at IS NULL;
CREATE INDEX jobs_by_correlation_key ON jobs (correlation_key, id) WHERE correlation_key IS NOT NULL;
CREATE INDEX jobs_key ON jobs (concurrency_key) WHERE concurrency_key IS NOT NULL AND status = 'processing';
CREATE INDEX jobs_created ON jobs (created_at, id);
CREATE INDEX jobs_children ON jobs (parent, parent_number, parent_item) WHERE parent IS NOT NULL;
-- For lists. One index for each status in place of one on (status, id): a job that moves on is then always appended at
-- the right end of one and taken from the left end of another, where in a common one every move lands in the middle and
-- splits and merges pages.
CREATE INDEX jobs_queued ON jobs (id) WHERE status = 'queued';
CREATE INDEX jobs_retrying ON jobs (id) WHERE status = 'retrying';
CREATE INDEX jobs_sleeping ON jobs (id) WHERE status = 'sleeping';
CREATE INDEX jobs_paused ON jobs (id) WHERE status = 'paused';
CREATE INDEX jobs_needs_attention ON jobs (id) WHERE status = 'needs_attention';
CREATE INDEX jobs_completed ON jobs (id) WHERE status = 'completed';
CREATE INDEX jobs_failed ON jobs (id) WHERE status = 'failed';
CREATE INDEX jobs_cancelled ON jobs (id) WHERE status = 'cancelled';
CREATE INDEX jobs_task_queued ON jobs (task_id, id) WHERE status = 'queued';
CREATE INDEX jobs_task_retrying ON jobs (task_id, id) WHERE status = 'retrying';
CREATE INDEX jobs_task_sleeping ON jobs (task_id, id) WHERE status = 'sleeping';
CREATE INDEX jobs_task_paused ON jobs (task_id, id) WHERE status = 'paused';
CREATE INDEX jobs_task_needs_attention ON jobs (task_id, id) WHERE status = 'needs_attention';
CREATE INDEX jobs_task_completed ON jobs (task_id, id) WHERE status = 'completed';
CREATE INDEX jobs_task_failed ON jobs (task_id, id) WHERE status = 'failed';
CREATE INDEX jobs_task_cancelled ON jobs (task_id, id) WHERE status = 'cancelled';
CREATE INDEX jobs_pinned ON jobs (task_id, version) WHERE version IS NOT NULL AND finished_at IS NULL;
-- Each holds only the jobs that have the member, so that the others cost nothing.
CREATE INDEX jobs_by_unique_key ON jobs (unique_key, id) WHERE unique_key IS NOT NULL;
CREATE INDEX jobs_by_concurrency_key ON jobs (concurrency_key, id) WHERE concurrency_key IS NOT NULL;
CREATE INDEX jobs_by_version ON jobs (version, id) WHERE version IS NOT NULL;
CREATE INDEX jobs_by_error ON jobs (error ->> '$.code', id) WHERE error IS NOT NULL;
-- Most jobs have the priority 1, normal: those are found in the order of their ids.
CREATE INDEX jobs_by_priority ON jobs (priority, id) WHERE priority <> 1;

-- JOB_TRANSITIONS of src/domain/job.ts.
CREATE TRIGGER jobs_transition BEFORE UPDATE OF status ON jobs
WHEN OLD.status <> NEW.status AND NOT (
  (OLD.status = 'queued' AND (NEW.status = 'processing' OR NEW.status = 'cancelled' OR NEW.status = 'paused'))
  -- to any other
  OR OLD.status = 'processing'
  OR (OLD.status = 'retrying' AND (NEW.status = 'processing' OR NEW.status = 'cancelled' OR NEW.status = 'paused'))
  OR (OLD.status = 'sleeping' AND (
    NEW.status = 'processing' OR NEW.status = 'cancelled' OR NEW.status = 'paused' OR NEW.status = 'failed'))
  OR (OLD.status = 'paused' AND (NEW.status = 'sleeping' OR NEW.status = 'queued' OR NEW.status = 'cancelled'))
  OR (OLD.status = 'needs_attention' AND (NEW.status = 'queued' OR NEW.status = 'cancelled'))
  OR ((OLD.status = 'failed' OR OLD.status = 'cancelled') AND NEW.status = 'queued')
)
BEGIN
  SELECT RAISE(ABORT, 'illegal job transition');
END;
CREATE TRIGGER jobs_first_status BEFORE INSERT ON jobs WHEN NEW.status <> 'queued'
BEGIN
  SELECT RAISE(ABORT, 'illegal job transition');
END;
CREATE TRIGGER jobs_add_tags AFTER INSERT ON jobs WHEN NEW.tags IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO job_tags SELECT value, NEW.id FROM json_each(NEW.tags);
END;
CREATE TRIGGER jobs_delete_tags AFTER DELETE ON jobs WHEN OLD.tags IS NOT NULL
BEGIN
  DELETE FROM job_tags WHERE job_id = OLD.id AND tag IN (SELECT value FROM json_each(OLD.tags));
END;

CREATE TABLE executions_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER REFERENCES jobs (id) ON DELETE CASCADE,
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  version TEXT,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  status TEXT NOT NULL CHECK (
    status = 'pending' OR status = 'running' OR status = 'completed' OR status = 'failed' OR status = 'cancelled'
    OR status = 'sleeping' OR status = 'paused' OR status = 'needs_attention'
  ),
  worker_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  -- Until it ends: the time at work before it went to sleep. The same goes for the other sums.
  duration_ms REAL,
  queue_wait_ms INTEGER NOT NULL DEFAULT 0,
  cpu_ms REAL,
  peak_memory INTEGER,
  fetch_count INTEGER,
  fetch_bytes INTEGER,
  log_count INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  -- null when the execution has a job, which has it, unless the job has another one by now
  input TEXT,
  output TEXT,
  trace_id TEXT CHECK (trace_id IS NULL OR length(trace_id) = 32),
  -- First what the ids of its spans have in common; the spans follow when it ends. It is the last column, because a row
  -- with many spans continues on pages that are read only for them.
  trace TEXT,
  CHECK (job_id IS NOT NULL OR input IS NOT NULL),
  CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL)),
  CHECK ((status = 'completed') = (output IS NOT NULL))
) STRICT;
INSERT INTO executions_new (id, job_id, task_id, version, attempt, status, worker_id, created_at, started_at, finished_at,
    duration_ms, queue_wait_ms, cpu_ms, peak_memory, fetch_count, fetch_bytes, log_count, error, input, output, trace_id,
    trace)
  SELECT id, job_id, task_id, version, attempt, status, worker_id, created_at, started_at, finished_at,
    duration_ms, queue_wait_ms, cpu_ms, peak_memory, fetch_count, fetch_bytes, log_count, error, input, output, trace_id,
    trace
  FROM executions ORDER BY id;
DELETE FROM sqlite_sequence WHERE name = 'executions_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'executions_new', seq FROM sqlite_sequence WHERE name = 'executions';
DROP TABLE executions;
ALTER TABLE executions_new RENAME TO executions;

CREATE INDEX executions_job ON executions (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX executions_live ON executions (id, task_id) WHERE status IN ('pending', 'running');
CREATE INDEX executions_sleeping ON executions (id) WHERE status = 'sleeping';
CREATE INDEX executions_paused ON executions (id) WHERE status = 'paused';
CREATE INDEX executions_needs_attention ON executions (id) WHERE status = 'needs_attention';
CREATE INDEX executions_completed ON executions (id) WHERE status = 'completed';
CREATE INDEX executions_failed ON executions (id) WHERE status = 'failed';
CREATE INDEX executions_cancelled ON executions (id) WHERE status = 'cancelled';
CREATE INDEX executions_task_sleeping ON executions (task_id, id) WHERE status = 'sleeping';
CREATE INDEX executions_task_paused ON executions (task_id, id) WHERE status = 'paused';
CREATE INDEX executions_task_needs_attention ON executions (task_id, id) WHERE status = 'needs_attention';
CREATE INDEX executions_task_completed ON executions (task_id, id) WHERE status = 'completed';
CREATE INDEX executions_task_failed ON executions (task_id, id) WHERE status = 'failed';
CREATE INDEX executions_task_cancelled ON executions (task_id, id) WHERE status = 'cancelled';
CREATE INDEX executions_created ON executions (created_at, id);
CREATE INDEX executions_direct ON executions (status, finished_at) WHERE job_id IS NULL;

-- EXECUTION_TRANSITIONS of src/domain/execution-record.ts.
CREATE TRIGGER executions_transition BEFORE UPDATE OF status ON executions
WHEN OLD.status <> NEW.status AND NOT (
  (OLD.status = 'pending' AND (NEW.status = 'running' OR NEW.status = 'cancelled'))
  OR (OLD.status = 'running' AND NEW.status <> 'pending')
  OR (OLD.status = 'sleeping' AND (
    NEW.status = 'running' OR NEW.status = 'paused' OR NEW.status = 'cancelled' OR NEW.status = 'failed'))
  OR (OLD.status = 'paused' AND (NEW.status = 'running' OR NEW.status = 'sleeping' OR NEW.status = 'cancelled'))
  OR (OLD.status = 'needs_attention' AND (NEW.status = 'running' OR NEW.status = 'cancelled'))
)
BEGIN
  SELECT RAISE(ABORT, 'illegal execution transition');
END;
CREATE TRIGGER executions_first_status BEFORE INSERT ON executions WHEN NEW.status NOT IN ('pending', 'running')
BEGIN
  SELECT RAISE(ABORT, 'illegal execution transition');
END;

-- An execution that uses durable methods, and the size of its journal.
CREATE TABLE runs (
  execution_id INTEGER PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
  job_id INTEGER NOT NULL,
  -- What the keys of its steps begin with; the same for all executions of a job that have the same journal.
  run_key TEXT NOT NULL,
  -- encrypted
  seed BLOB NOT NULL,
  worked_ms REAL NOT NULL DEFAULT 0,
  -- Operations that were recorded.
  operations INTEGER NOT NULL DEFAULT 0,
  -- Results that were recorded: each has a place among them.
  results INTEGER NOT NULL DEFAULT 0,
  -- Bytes of the requests and results.
  bytes INTEGER NOT NULL DEFAULT 0,
  -- Items of its stream.
  items INTEGER NOT NULL DEFAULT 0,
  -- 1: something was recorded since it was rescued
  progressed INTEGER NOT NULL DEFAULT 1 CHECK (progressed IN (0, 1))
) STRICT;

-- The image of a run that sleeps or has slept. It is apart because an update rewrites the whole row.
CREATE TABLE run_images (
  execution_id INTEGER PRIMARY KEY REFERENCES runs (execution_id) ON DELETE CASCADE,
  engine_id INTEGER NOT NULL REFERENCES engines (id),
  -- JSON array of the numbers of the operations that it waits for.
  open TEXT NOT NULL,
  -- What the run had recorded then: the highest number of an operation, and the last position of readings.
  operations INTEGER NOT NULL,
  message INTEGER NOT NULL,
  -- encrypted
  image BLOB NOT NULL
) STRICT;
CREATE INDEX run_images_engine ON run_images (engine_id);

-- Engines that can wake images, as `engineRecord()` packs them. NULL: it is about to be kept.
CREATE TABLE engines (
  id INTEGER PRIMARY KEY,
  engine TEXT NOT NULL UNIQUE,
  used_at INTEGER NOT NULL,
  content BLOB
) STRICT;

-- The journals: what runs have asked for, and what came of it.
CREATE TABLE run_operations (
  execution_id INTEGER NOT NULL REFERENCES runs (execution_id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number >= 1),
  -- OPERATION_KINDS and OPERATION_STATES of src/store/contract/runs.ts.
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 6),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  -- Place among the results of the run.
  position INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER,
  child_job_id INTEGER,
  -- 1: the child survives the end of the run, and its end settles nothing
  detached INTEGER NOT NULL DEFAULT 0 CHECK (detached IN (0, 1)),
  undoes INTEGER,
  -- The execution that started the children, if the journal was copied from it.
  source_id INTEGER,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  name TEXT NOT NULL,
  label TEXT,
  key TEXT,
  request TEXT NOT NULL,
  result TEXT,
  PRIMARY KEY (execution_id, number),
  CHECK ((state = 0) = (settled_at IS NULL)),
  CHECK ((state = 1 OR state = 2) = (position IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX run_operations_open ON run_operations (execution_id, number) WHERE state = 0;
CREATE INDEX run_operations_key ON run_operations (execution_id, key, number) WHERE key IS NOT NULL;

-- Maps whose children have not all ended. They are apart because they change with every child.
CREATE TABLE run_maps (
  execution_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  -- Children that have not ended, and how many of them are parked until others have.
  children INTEGER NOT NULL CHECK (children >= 0),
  parked INTEGER NOT NULL CHECK (parked BETWEEN 0 AND children),
  -- null for any number
  concurrency INTEGER CHECK (concurrency >= 1),
  fail_fast INTEGER NOT NULL CHECK (fail_fast IN (0, 1)),
  PRIMARY KEY (execution_id, number),
  FOREIGN KEY (execution_id, number) REFERENCES run_operations (execution_id, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What runs have read of clocks and of their host before each of their messages.
CREATE TABLE run_readings (
  execution_id INTEGER NOT NULL REFERENCES runs (execution_id) ON DELETE CASCADE,
  message INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (execution_id, message)
) STRICT, WITHOUT ROWID;

-- The streams of runs.
CREATE TABLE run_items (
  execution_id INTEGER NOT NULL REFERENCES runs (execution_id) ON DELETE CASCADE,
  item INTEGER NOT NULL CHECK (item >= 0),
  text TEXT NOT NULL,
  PRIMARY KEY (execution_id, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_signals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'kept' OR state = 'taken' OR state = 'passed'),
  -- The operation that took it.
  execution_id INTEGER,
  number INTEGER,
  -- Why it was passed over.
  reason TEXT,
  idempotency_key TEXT,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  text TEXT NOT NULL,
  CHECK ((state = 'kept') = (settled_at IS NULL)),
  CHECK ((state = 'taken') = (number IS NOT NULL))
) STRICT;
CREATE INDEX run_signals_kept ON run_signals (job_id, name, id) WHERE state = 'kept';
CREATE INDEX run_signals_job ON run_signals (job_id);
CREATE UNIQUE INDEX run_signals_once ON run_signals (job_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- Questions to people.
CREATE TABLE approvals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  execution_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  job_id INTEGER NOT NULL,
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'cancelled')),
  title TEXT NOT NULL,
  who TEXT,
  due_at INTEGER,
  created_at INTEGER NOT NULL,
  decided_by TEXT,
  decided_at INTEGER,
  comment TEXT,
  UNIQUE (execution_id, number),
  FOREIGN KEY (execution_id, number) REFERENCES run_operations (execution_id, number) ON DELETE CASCADE
) STRICT;
CREATE INDEX approvals_pending ON approvals (id) WHERE status = 'pending';
CREATE INDEX approvals_task ON approvals (task_id, id);
