-- JSON array of texts; null when there is none. The tags of jobs are also in a table of their own, to be found by.
ALTER TABLE jobs ADD COLUMN tags TEXT;
CREATE TABLE job_tags (
  tag TEXT NOT NULL,
  job_id INTEGER NOT NULL,
  PRIMARY KEY (tag, job_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER jobs_add_tags AFTER INSERT ON jobs WHEN NEW.tags IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO job_tags SELECT value, NEW.id FROM json_each(NEW.tags);
END;
CREATE TRIGGER jobs_delete_tags AFTER DELETE ON jobs WHEN OLD.tags IS NOT NULL
BEGIN
  DELETE FROM job_tags WHERE job_id = OLD.id AND tag IN (SELECT value FROM json_each(OLD.tags));
END;

-- What the jobs of a schedule have, and its interval in the form in which it was given.
ALTER TABLE schedules ADD COLUMN max_retries INTEGER CHECK (max_retries BETWEEN 0 AND 1000);
ALTER TABLE schedules ADD COLUMN concurrency_key TEXT;
ALTER TABLE schedules ADD COLUMN tags TEXT;
ALTER TABLE schedules ADD COLUMN every_text TEXT;

-- For lists. Each holds only the jobs that have the member, so that the others cost nothing.
CREATE INDEX jobs_by_unique_key ON jobs (unique_key, id) WHERE unique_key IS NOT NULL;
CREATE INDEX jobs_by_concurrency_key ON jobs (concurrency_key, id) WHERE concurrency_key IS NOT NULL;
CREATE INDEX jobs_by_version ON jobs (version, id) WHERE version IS NOT NULL;
CREATE INDEX jobs_by_error ON jobs (error ->> '$.code', id) WHERE error IS NOT NULL;
-- Most jobs have the priority 1, normal: those are found in the order of their ids.
CREATE INDEX jobs_by_priority ON jobs (priority, id) WHERE priority <> 1;
