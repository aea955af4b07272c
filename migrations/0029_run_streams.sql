-- Streams between the steps of workflows. A job whose stream other jobs of its run's parent read:
CREATE TABLE run_streams (
  job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  -- How many jobs are to read it.
  readers INTEGER NOT NULL CHECK (readers >= 1),
  -- Its run sleeps until more items are taken than these. null: it does not wait for room.
  room_after INTEGER,
  -- 1: nobody read it any more before it had ended, so that items may be missing at its end
  cut INTEGER NOT NULL DEFAULT 0 CHECK (cut IN (0, 1))
) STRICT;

-- A job whose input is the stream of another one, which may be deleted before it.
CREATE TABLE run_readers (
  job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  source_id INTEGER NOT NULL,
  -- The label of the call that has started the source.
  source TEXT NOT NULL,
  -- How many items it has done with.
  taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0),
  -- 1: it reads no more
  done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
  -- Its run sleeps until there is an item with this number, or the stream ends. null: it does not wait for items.
  waits_for INTEGER
) STRICT;
CREATE INDEX run_readers_source ON run_readers (source_id);
