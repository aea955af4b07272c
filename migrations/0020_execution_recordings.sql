-- What a replay of an execution needs and can't be derived from the rest. Secrets in it are masked.
CREATE TABLE execution_recordings (
  execution_id INTEGER PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
  -- The files of a session folder as JSON, compressed with zstd; NULL if it was dropped.
  content BLOB,
  -- Why it was dropped.
  reason TEXT,
  bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  CHECK ((content IS NULL) = (reason IS NOT NULL))
) STRICT;
-- In an index, so that summing up sizes reads no content.
CREATE INDEX execution_recordings_kept ON execution_recordings (created_at, execution_id, bytes) WHERE bytes > 0;
