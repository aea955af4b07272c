-- What an execution touched, as JSON. Executions that touched nothing have no row, so that they cost nothing.
CREATE TABLE execution_ledgers (
  execution_id INTEGER PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
  touched TEXT NOT NULL
) STRICT;
