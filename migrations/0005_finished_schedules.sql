-- A schedule that will not fire again says so: FINISHED_REASON of src/domain/schedule.ts.
UPDATE schedules SET enabled = 0, paused_reason = 'finished: it will not fire again'
  WHERE enabled = 1 AND next_at IS NULL;
