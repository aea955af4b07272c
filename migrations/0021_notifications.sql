-- Rules that send messages about events, their state, and the messages.
CREATE TABLE notification_rules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  origin TEXT NOT NULL CHECK (origin IN ('api', 'configuration')),
  -- JSON of what the rule waits for, as it was written.
  condition TEXT NOT NULL CHECK (json_valid(condition)),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  -- JSON of the receivers, without what is secret of them.
  targets TEXT NOT NULL CHECK (json_valid(targets)),
  -- The receivers, encrypted. NULL: the configuration has them.
  sealed TEXT,
  -- The rule is about events with larger ids.
  after_event INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((origin = 'api') = (sealed IS NOT NULL)),
  UNIQUE (origin, name)
) STRICT;

-- Up to which event all rules were evaluated. It is written with what the evaluation leads to.
CREATE TABLE notification_position (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  event_id INTEGER NOT NULL
) STRICT;
INSERT INTO notification_position (id, event_id) VALUES (1, 0);

-- How often jobs of a task have failed in a row. A task whose latest job completed has no row.
CREATE TABLE notification_streaks (
  rule_id INTEGER NOT NULL REFERENCES notification_rules (id) ON DELETE CASCADE,
  task_id INTEGER NOT NULL,
  failures INTEGER NOT NULL CHECK (failures > 0),
  PRIMARY KEY (rule_id, task_id)
) STRICT, WITHOUT ROWID;

-- What was reported and has not ended yet: slow executions, stale sources, an old queue.
CREATE TABLE notification_reports (
  rule_id INTEGER NOT NULL REFERENCES notification_rules (id) ON DELETE CASCADE,
  subject TEXT NOT NULL,
  PRIMARY KEY (rule_id, subject)
) STRICT, WITHOUT ROWID;

-- Windows within which events are held back to become one message.
CREATE TABLE notification_windows (
  rule_id INTEGER PRIMARY KEY REFERENCES notification_rules (id) ON DELETE CASCADE,
  ends_at INTEGER NOT NULL,
  -- Messages that were sent in this window.
  sent INTEGER NOT NULL,
  -- Events that were held back, and JSON of the first of them.
  held INTEGER NOT NULL,
  items TEXT NOT NULL CHECK (json_valid(items))
) STRICT;

CREATE TABLE notification_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rule_id INTEGER NOT NULL REFERENCES notification_rules (id) ON DELETE CASCADE,
  target_key TEXT NOT NULL,
  -- JSON of the receiver, without what is secret of it.
  target TEXT NOT NULL CHECK (json_valid(target)),
  message_id TEXT NOT NULL,
  message TEXT NOT NULL CHECK (json_valid(message)),
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  tries INTEGER NOT NULL DEFAULT 0,
  status INTEGER,
  response TEXT,
  error TEXT,
  next_try_at INTEGER,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  CHECK ((state = 'pending') = (next_try_at IS NOT NULL)),
  CHECK ((state = 'pending') = (finished_at IS NULL))
) STRICT;
CREATE INDEX notification_deliveries_lane ON notification_deliveries (rule_id, target_key, next_try_at, id)
  WHERE state = 'pending';
CREATE INDEX notification_deliveries_rule ON notification_deliveries (rule_id, id);
CREATE INDEX notification_deliveries_state ON notification_deliveries (state, id);
CREATE INDEX notification_deliveries_finished ON notification_deliveries (finished_at) WHERE finished_at IS NOT NULL;
