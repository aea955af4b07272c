-- An update rewrites the whole row, so a long input of a direct execution is apart, as those of jobs are. Its execution
-- then has '' in place of the input, which is no JSON text.
CREATE TABLE direct_inputs (
  execution_id INTEGER PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
  input TEXT NOT NULL
) STRICT;

-- APART_BYTES of src/store/sqlite/direct-executions.ts.
INSERT INTO direct_inputs (execution_id, input)
  SELECT id, input FROM executions WHERE job_id IS NULL AND octet_length(input) > 16384;
UPDATE executions SET input = '' WHERE id IN (SELECT execution_id FROM direct_inputs);
