-- Jobs that start when others have ended.

-- A job that waits for others. It is queued for the end of time until then.
CREATE TABLE job_chains (
  job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  -- What has to have become of the others: CHAIN_CONDITIONS of src/domain/job.ts.
  condition TEXT NOT NULL CHECK (condition = 'completed' OR condition = 'failed' OR condition = 'any'),
  -- It does not start before this time.
  run_at INTEGER NOT NULL,
  -- 1: its input is made of what the others have become
  gives_input INTEGER NOT NULL CHECK (gives_input IN (0, 1)),
  -- How many of the others have not ended.
  remaining INTEGER NOT NULL CHECK (remaining >= 0)
) STRICT;
CREATE INDEX job_chains_ready ON job_chains (job_id) WHERE remaining = 0;

-- The jobs that a job waits for, in the order in which they were named.
CREATE TABLE job_after (
  job_id INTEGER NOT NULL REFERENCES job_chains (job_id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  after_id INTEGER NOT NULL,
  -- How it ended; NULL until then. It stays when the job is deleted.
  status TEXT,
  PRIMARY KEY (job_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_after_after ON job_after (after_id);

CREATE TRIGGER job_after_ended AFTER UPDATE OF finished_at ON jobs
WHEN (OLD.finished_at IS NULL) <> (NEW.finished_at IS NULL) AND EXISTS (SELECT 1 FROM job_after WHERE after_id = NEW.id)
BEGIN
  UPDATE job_after SET status = CASE WHEN NEW.finished_at IS NULL THEN NULL ELSE NEW.status END WHERE after_id = NEW.id;
END;
CREATE TRIGGER job_after_counted AFTER UPDATE OF status ON job_after
WHEN (OLD.status IS NULL) <> (NEW.status IS NULL)
BEGIN
  UPDATE job_chains SET remaining = remaining + CASE WHEN NEW.status IS NULL THEN 1 ELSE -1 END
   WHERE job_id = NEW.job_id;
END;
