-- Executions whose run began again (continueAsNew), which alone have an input of their own beside that of their job. A job
-- may have any number of them, so retention deletes them before the job has ended.
CREATE INDEX executions_renewed ON executions (id) WHERE job_id IS NOT NULL AND input IS NOT NULL;
