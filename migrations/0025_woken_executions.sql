-- When a run went on last, if it has slept: from then on its worker carries it, and its time at work goes on.
ALTER TABLE executions ADD COLUMN woken_at INTEGER;
