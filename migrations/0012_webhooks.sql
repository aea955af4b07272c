-- Addresses to which other services send deliveries, each of which creates a job.
CREATE TABLE webhooks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
  task_id INTEGER NOT NULL REFERENCES tasks (id),
  -- JSON of the verification. It contains the name of a secret, never its value.
  verification TEXT NOT NULL CHECK (json_valid(verification)),
  deduplication_header TEXT,
  -- JSON of the template of the input; NULL: the body is the input.
  input TEXT CHECK (json_valid(input)),
  respond TEXT NOT NULL CHECK (respond IN ('job', 'output')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE webhook_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook_id INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  -- As the sender wrote it.
  delivery_id TEXT CHECK (length(delivery_id) BETWEEN 1 AND 256),
  status TEXT NOT NULL CHECK (status IN ('accepted', 'refused', 'replayed')),
  reason TEXT,
  -- Not a reference: the job is deleted earlier, and its id must not be used again for the same delivery.
  job_id INTEGER,
  replay_of INTEGER,
  headers TEXT NOT NULL CHECK (json_valid(headers)),
  -- Size of the body.
  bytes INTEGER NOT NULL,
  repeats INTEGER NOT NULL DEFAULT 0,
  received_at INTEGER NOT NULL,
  CHECK ((status = 'refused') = (job_id IS NULL)),
  CHECK ((status = 'refused') = (reason IS NOT NULL)),
  CHECK ((status = 'replayed') = (replay_of IS NOT NULL))
) STRICT;
-- One job for each delivery, however often it arrives. A refused one does not use up its id.
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (webhook_id, delivery_id)
  WHERE status = 'accepted' AND delivery_id IS NOT NULL;
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, status, id);
CREATE INDEX webhook_deliveries_received ON webhook_deliveries (received_at);

-- Apart, because bodies are dropped before their deliveries.
CREATE TABLE webhook_bodies (
  delivery_id INTEGER PRIMARY KEY REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
  body BLOB NOT NULL,
  -- Size of the body. In an index, so that summing up sizes reads no bodies.
  bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_bodies_bytes ON webhook_bodies (delivery_id, bytes);
