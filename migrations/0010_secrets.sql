-- Secrets of tasks. Only encrypted values are stored.
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  -- The key of the value, encrypted with the master key.
  data_key BLOB NOT NULL,
  -- The value, encrypted with its key.
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- One row. The revision rises with every change, so that other processes see it.
CREATE TABLE secret_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL,
  -- Identifies the master key; null if there are no secrets.
  key_id TEXT
) STRICT;
INSERT INTO secret_state (id, revision, key_id) VALUES (1, 0, NULL);
