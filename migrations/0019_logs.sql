-- One log for what tasks write to their consoles and for what the server says.
CREATE TABLE logs (
  -- In the order of storing. Lines of different executions may be stored later than younger ones.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  -- LOG_LEVELS of src/domain/execution.ts.
  level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3),
  task_id INTEGER,
  execution_id INTEGER,
  -- number of a console line within its execution; null for a message of the server
  seq INTEGER,
  -- of messages only: those of a console line are found through its execution
  job_id INTEGER,
  trace_id TEXT,
  message TEXT NOT NULL,
  CHECK (seq IS NULL OR (execution_id IS NOT NULL AND task_id IS NOT NULL))
) STRICT;

INSERT INTO logs (time, level, task_id, execution_id, seq, message)
  SELECT l.time,
    CASE l.level WHEN 'debug' THEN 0 WHEN 'info' THEN 1 WHEN 'warn' THEN 2 ELSE 3 END,
    e.task_id, l.execution_id, l.seq, l.message
    FROM execution_logs l JOIN executions e ON e.id = l.execution_id
   ORDER BY l.execution_id, l.seq;
DROP TABLE execution_logs;

-- What is read along them: everything; a task; an execution; what the server says about a job.
CREATE INDEX logs_time ON logs (time);
CREATE INDEX logs_task ON logs (task_id, time) WHERE task_id IS NOT NULL;
CREATE UNIQUE INDEX logs_line ON logs (execution_id, seq) WHERE execution_id IS NOT NULL;
CREATE INDEX logs_job ON logs (job_id) WHERE seq IS NULL AND job_id IS NOT NULL;
-- Warnings and errors are few among many lines, which need no entry in these.
CREATE INDEX logs_warn ON logs (time) WHERE level >= 2;
CREATE INDEX logs_error ON logs (time) WHERE level >= 3;
CREATE INDEX logs_task_warn ON logs (task_id, time) WHERE level >= 2 AND task_id IS NOT NULL;
CREATE INDEX logs_task_error ON logs (task_id, time) WHERE level >= 3 AND task_id IS NOT NULL;

-- How much there is, kept in the transactions that change it: `bytes` are those of the messages in UTF-8.
CREATE TABLE log_totals (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  lines INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO log_totals (id, lines, bytes)
  SELECT 1, count(*), coalesce(sum(octet_length(message)), 0) FROM logs;
