-- With what lists show of open operations, their rows are not read: the request of a map may have megabytes, and a row of this
-- table is read as a whole whenever it is looked for.
DROP INDEX run_operations_open;
CREATE INDEX run_operations_open ON run_operations (execution_id, number, kind, due_at, child_job_id, name, label)
  WHERE state = 0;
