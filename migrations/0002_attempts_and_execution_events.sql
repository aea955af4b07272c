-- What counted attempts that ended by themselves counts retries: how many attempts there were is what `claims` says.
ALTER TABLE jobs RENAME COLUMN attempts TO retries;
UPDATE jobs SET retries = retries - 1 WHERE retries > 0 AND (status = 'completed' OR status = 'failed');

-- A row may hold two events: `job.*`, and what became of the job's execution at the same moment (started, completed,
-- failed or cancelled). The execution's event then has the id before that of the row, or the one after it when it starts:
-- so `id` is the higher one of both, and the next row leaves room.
ALTER TABLE events ADD COLUMN execution TEXT;
