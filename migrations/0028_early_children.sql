-- A child that a run calls may run before it is stored. When it is, it runs already, or has completed.
DROP TRIGGER jobs_first_status;
CREATE TRIGGER jobs_first_status BEFORE INSERT ON jobs
WHEN NEW.status <> 'queued' AND NOT (
  (NEW.status = 'processing' OR NEW.status = 'completed')
  AND NEW.parent IS NOT NULL AND NEW.parent_item IS NULL AND NEW.claims = 1 AND NEW.started_at IS NOT NULL
)
BEGIN
  SELECT RAISE(ABORT, 'illegal job transition');
END;
DROP TRIGGER executions_first_status;
CREATE TRIGGER executions_first_status BEFORE INSERT ON executions
WHEN NEW.status <> 'pending' AND NEW.status <> 'running' AND NOT (
  NEW.status = 'completed' AND NEW.job_id IS NOT NULL AND NEW.attempt = 1 AND NEW.started_at IS NOT NULL
)
BEGIN
  SELECT RAISE(ABORT, 'illegal execution transition');
END;
