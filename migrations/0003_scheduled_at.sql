-- The time for which a schedule created a job, ms since the epoch; null for jobs without a schedule.
ALTER TABLE jobs ADD COLUMN scheduled_at INTEGER;
UPDATE jobs SET scheduled_at = f.fire_at FROM schedule_firings AS f WHERE f.job_id = jobs.id;

-- That of the job that an event is about.
ALTER TABLE events ADD COLUMN scheduled_at INTEGER;
