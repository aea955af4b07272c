-- Ids of traces are 32 hexadecimal digits. Jobs that had ended before this migration have none.
ALTER TABLE jobs ADD COLUMN trace_id TEXT CHECK (trace_id IS NULL OR length(trace_id) = 32);
-- How the job came about: `formatJobTrace` of src/domain/trace.ts.
ALTER TABLE jobs ADD COLUMN trace TEXT;
ALTER TABLE executions ADD COLUMN trace_id TEXT CHECK (trace_id IS NULL OR length(trace_id) = 32);
-- First what the ids of its spans have in common; the spans follow when it ends. It is the last column, because a row with
-- many spans continues on pages that are read only for them.
ALTER TABLE executions ADD COLUMN trace TEXT;

UPDATE jobs SET
  trace_id = lower(hex(randomblob(16))),
  trace = '["' || lower(hex(randomblob(8))) || '",' || (created_at * 1000) || ',1,null]'
WHERE status IN ('queued', 'processing', 'retrying');
