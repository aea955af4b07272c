-- Who did what to which thing, when, from where, with what outcome. Entries are added and never change.
CREATE TABLE audit (
  -- 1, 2, 3 and so on, without gaps.
  id INTEGER PRIMARY KEY,
  -- ms since the epoch.
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  -- null: the action has no target.
  target TEXT,
  -- ok, or the code of an error.
  outcome TEXT NOT NULL,
  -- IP address of the client. Empty on the command line.
  address TEXT NOT NULL,
  -- How many equal refusals the entry stands for.
  count INTEGER NOT NULL,
  -- SHA-256 of the hash before and of this entry, in hexadecimal digits.
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_actor ON audit (actor);
CREATE INDEX audit_action ON audit (action);
CREATE INDEX audit_target ON audit (target);
-- The number of entries and the newest hash. So entries that were removed at the end are missed.
CREATE TABLE audit_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  count INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (one, count, hash) VALUES (1, 0, '');
CREATE TRIGGER audit_is_not_updated BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log can only grow'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log can only grow'); END;
-- Also keeps INSERT OR REPLACE from changing an entry.
CREATE TRIGGER audit_only_grows BEFORE INSERT ON audit
WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'the audit log can only grow'); END;
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log can only grow'); END;
