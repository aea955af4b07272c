-- The spans of a run's earlier stretches at work: those before its latest sleep. The latest ones are in `executions.trace`.
CREATE TABLE execution_stretches (
  execution_id INTEGER NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
  -- From 1. Of many, those in the middle are not kept.
  number INTEGER NOT NULL,
  -- JSON of `StoredSpans`.
  spans TEXT NOT NULL,
  PRIMARY KEY (execution_id, number)
) STRICT, WITHOUT ROWID;
