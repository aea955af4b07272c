-- The key of the texts that stand-ins in stored inputs carry, encrypted like a secret. One row, created for the first secret.
CREATE TABLE input_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- Identifies the master key.
  key_id TEXT NOT NULL,
  data_key BLOB NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
