-- What ended, per task and step of time, for charts: src/store/sqlite/task-history.ts. Level 0 has steps of a minute. The
-- higher levels have longer steps, and are summed up from the level below them.
CREATE TABLE task_history (
  level INTEGER NOT NULL,
  -- Beginning of the step.
  at INTEGER NOT NULL,
  task_id INTEGER NOT NULL,
  -- Jobs that were created.
  enqueued INTEGER NOT NULL DEFAULT 0,
  -- Attempts of jobs that started, and how long they had waited together.
  waits INTEGER NOT NULL DEFAULT 0,
  wait_ms INTEGER NOT NULL DEFAULT 0,
  -- Executions that ended.
  completed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  -- How long those took together of which that is known.
  run_ms REAL NOT NULL DEFAULT 0,
  -- How many of them took how long: see RUN_TIME_BOUNDS_MS in src/domain/run-times.ts.
  r0 INTEGER NOT NULL DEFAULT 0,
  r1 INTEGER NOT NULL DEFAULT 0,
  r2 INTEGER NOT NULL DEFAULT 0,
  r3 INTEGER NOT NULL DEFAULT 0,
  r4 INTEGER NOT NULL DEFAULT 0,
  r5 INTEGER NOT NULL DEFAULT 0,
  r6 INTEGER NOT NULL DEFAULT 0,
  r7 INTEGER NOT NULL DEFAULT 0,
  r8 INTEGER NOT NULL DEFAULT 0,
  r9 INTEGER NOT NULL DEFAULT 0,
  r10 INTEGER NOT NULL DEFAULT 0,
  r11 INTEGER NOT NULL DEFAULT 0,
  r12 INTEGER NOT NULL DEFAULT 0,
  r13 INTEGER NOT NULL DEFAULT 0,
  r14 INTEGER NOT NULL DEFAULT 0,
  r15 INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (level, at, task_id)
) STRICT, WITHOUT ROWID;
